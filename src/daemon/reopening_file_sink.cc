#include "daemon/reopening_file_sink.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/error.h"

namespace daemon_process {

namespace {

std::string UserName(uid_t uid) {
  const passwd* user = getpwuid(uid);
  return user == nullptr ? "number " + std::to_string(uid)
                         : "\"" + std::string(user->pw_name) + "\"";
}

// Whose the file is, or the folder where it would be made, and who we are.
std::string WhoMayWrite(const std::string& path) {
  struct stat found;
  std::string what = "The file";
  bool known = stat(path.c_str(), &found) == 0;
  if (!known && errno == ENOENT) {
    what = "Its folder";
    known = stat(std::filesystem::path(path).parent_path().c_str(), &found) == 0;
  }
  return (known ? what + " belongs to user " + UserName(found.st_uid) + "; this" : "This") +
         " is user " + UserName(geteuid()) +
         ". Run the daemon and its commands as one user, or correct the owner.";
}

}  // namespace

ReopeningFileSink::ReopeningFileSink(const std::string& path, std::size_t rotate_bytes,
                                     int rotate_keep)
    : path_(path), rotate_bytes_(rotate_bytes), rotate_keep_(rotate_keep) {
  ReopenLocked();
}

ReopeningFileSink::~ReopeningFileSink() { close(fd_); }

void ReopeningFileSink::Reopen() {
  const std::lock_guard lock(mutex_);
  ReopenLocked();
}

void ReopeningFileSink::ReopenLocked() {
  const int fd = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) {
    const int reason = errno;
    throw base::Error("could not open log file \"" + path_ + "\": " + std::strerror(reason),
                      reason == EACCES
                          ? WhoMayWrite(path_)
                          : "Check that its folder exists and that this user may write there.");
  }
  if (const int old = std::exchange(fd_, fd); old >= 0) close(old);
}

void ReopeningFileSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (rotate_bytes_ > 0) RotateWhenFull(line.size());
  const char* at = line.data();
  for (std::size_t left = line.size(); left > 0;) {
    const ssize_t written = write(fd_, at, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      throw spdlog::spdlog_ex("could not write to \"" + path_ + "\": " + std::strerror(errno));
    at += written;
    left -= static_cast<std::size_t>(written);
  }
}

// F.2 -> F.3, F.1 -> F.2, F -> F.1, as SkyTools names them.
void ReopeningFileSink::RotateWhenFull(std::size_t more) {
  struct stat ours, named;
  const auto full = [&] {
    return fstat(fd_, &ours) == 0 && ours.st_size > 0 &&
           static_cast<std::size_t>(ours.st_size) + more > rotate_bytes_;
  };
  if (!full()) return;
  flock(fd_, LOCK_EX);
  // Another process may have rotated it meanwhile: then only the new file is to be opened.
  const bool still_named = stat(path_.c_str(), &named) == 0 && named.st_ino == ours.st_ino &&
                           named.st_dev == ours.st_dev;
  if (still_named) {
    for (int number = rotate_keep_; number > 0; --number) {
      const std::string from = number == 1 ? path_ : path_ + "." + std::to_string(number - 1);
      std::rename(from.c_str(), (path_ + "." + std::to_string(number)).c_str());
    }
    if (rotate_keep_ == 0) unlink(path_.c_str());
  }
  flock(fd_, LOCK_UN);
  try {
    ReopenLocked();
  } catch (const base::Error& error) {
    throw spdlog::spdlog_ex(error.what());  // as base_sink expects; the old file stays in use
  }
}

}  // namespace daemon_process
