#include "config/home_path.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace config {

std::string ExpandHome(const std::string& path) {
  if (path.empty() || path[0] != '~' || (path.size() > 1 && path[1] != '/')) return path;
  const char* home = std::getenv("HOME");
  if (!home) {
    const passwd* user = getpwuid(getuid());
    home = user ? user->pw_dir : nullptr;
  }
  return home ? home + path.substr(1) : path;
}

}  // namespace config
