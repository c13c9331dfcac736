#include "daemon/pid_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace daemon_process {
namespace {

std::string Reason() { return std::strerror(errno); }

std::optional<pid_t> ReadPid(int fd) {
  char text[32];
  const ssize_t got = pread(fd, text, sizeof text, 0);
  if (got <= 0) return std::nullopt;
  pid_t pid = 0;
  const auto parsed = std::from_chars(text, text + got, pid);
  if (parsed.ec != std::errc() || pid <= 0) return std::nullopt;
  return pid;
}

bool Exists(pid_t pid) { return kill(pid, 0) == 0 || errno == EPERM; }

bool SameFile(int fd, const std::string& path) {
  struct stat held, named;
  return fstat(fd, &held) == 0 && stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

[[noreturn]] void RefuseRunning(const std::string& path, std::optional<pid_t> pid) {
  throw base::Error("pidfile \"" + path + "\" exists, another process running?" +
                        (pid ? " (pid " + std::to_string(*pid) + ")" : ""),
                    "Stop that process first, or give this one another pidfile.");
}

}  // namespace

PidFile PidFile::Create(const std::string& path, Newline newline, bool* took_over_stale) {
  if (took_over_stale) *took_over_stale = false;
  for (;;) {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
      throw base::Error("could not create pidfile \"" + path + "\": " + Reason(),
                        "Check that its folder exists and that this user may write there.");
    PidFile file;
    file.path_ = path;
    file.fd_ = fd;
    const std::optional<pid_t> old = ReadPid(fd);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      file.path_.clear();  // not ours: leave it
      RefuseRunning(path, old);
    }
    if (!SameFile(fd, path)) {  // removed between open and lock by the process that held it
      file.path_.clear();
      continue;
    }
    if (old && *old != getpid()) {
      // A program that holds no lock (SkyTools' own) lives as long as its pid does.
      if (Exists(*old)) {
        file.path_.clear();
        RefuseRunning(path, old);
      }
      if (took_over_stale) *took_over_stale = true;
    }
    const std::string text = std::to_string(getpid()) + (newline == Newline::kTrailing ? "\n" : "");
    if (ftruncate(fd, 0) != 0 ||
        pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
      throw base::Error("could not write pidfile \"" + path + "\": " + Reason());
    return file;
  }
}

PidFile::PidFile(PidFile&& other) noexcept
    : path_(std::exchange(other.path_, std::string())), fd_(std::exchange(other.fd_, -1)) {}

PidFile& PidFile::operator=(PidFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}

PidFile::~PidFile() {
  if (fd_ < 0) return;
  // Unlink while the lock is held, and only what is still ours.
  if (!path_.empty() && SameFile(fd_, path_) && ReadPid(fd_) == getpid()) unlink(path_.c_str());
  close(fd_);
}

std::optional<pid_t> LivePid(const std::string& path, bool* present) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (present) *present = fd >= 0;
  if (fd < 0) return std::nullopt;
  const std::optional<pid_t> pid = ReadPid(fd);
  close(fd);
  if (!pid || !Exists(*pid)) return std::nullopt;
  return pid;
}

}  // namespace daemon_process
