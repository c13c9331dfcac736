#include "daemon/pid_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace daemon_process {
namespace {

std::string Reason() { return std::strerror(errno); }

std::optional<pid_t> ReadPid(int fd) {
  char text[32];
  const ssize_t got = pread(fd, text, sizeof text, 0);
  if (got <= 0) return std::nullopt;
  const auto pid = base::ParseLeading<pid_t>({text, static_cast<std::size_t>(got)});
  return pid && *pid > 0 ? pid : std::nullopt;
}

bool Exists(pid_t pid) { return kill(pid, 0) == 0 || errno == EPERM; }

struct ProcessFacts {
  char state;  // of proc(5): 'Z' ended, and nobody has asked how, as happens in containers
  std::chrono::system_clock::time_point start;
};

// nullopt when /proc does not tell.
std::optional<ProcessFacts> FactsOf(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  const std::size_t name_end = text.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  char state = '?';
  fields >> state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  long long ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  timespec up{};
  clock_gettime(CLOCK_BOOTTIME, &up);
  const auto since_boot = std::chrono::seconds(up.tv_sec) + std::chrono::nanoseconds(up.tv_nsec);
  const auto age = since_boot - std::chrono::milliseconds(ticks * 1000 / sysconf(_SC_CLK_TCK));
  return ProcessFacts{state,
                      std::chrono::system_clock::now() -
                          std::chrono::duration_cast<std::chrono::system_clock::duration>(age)};
}

// Whether the process that wrote the file still lives. A process that was started after the file
// was written only has the same number: after a crash or a reboot numbers are given out again.
bool WriterLives(int fd, pid_t pid) {
  if (!Exists(pid)) return false;
  struct stat file;
  const auto process = FactsOf(pid);
  if (process && (process->state == 'Z' || process->state == 'X')) return false;
  if (!process || fstat(fd, &file) != 0) return true;
  constexpr auto kClockSlack = std::chrono::seconds(2);
  return process->start <= std::chrono::system_clock::from_time_t(file.st_mtime) + kClockSlack;
}

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
      if (WriterLives(fd, *old)) {
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
  const bool lives = pid && WriterLives(fd, *pid);
  close(fd);
  return lives ? pid : std::nullopt;
}

}  // namespace daemon_process
