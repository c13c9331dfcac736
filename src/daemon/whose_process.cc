#include "daemon/whose_process.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace daemon_process {
namespace {

std::string UserName(uid_t user) {
  const passwd* found = getpwuid(user);
  return found == nullptr ? std::to_string(user) : found->pw_name;
}

}  // namespace

std::string WhoseProcess(pid_t pid) {
  struct stat process;
  const std::string path = "/proc/" + std::to_string(pid);
  if (stat(path.c_str(), &process) != 0 || process.st_uid == geteuid()) return {};
  return "it belongs to user \"" + UserName(process.st_uid) + "\", and this is user \"" +
         UserName(geteuid()) + "\"";
}

}  // namespace daemon_process
