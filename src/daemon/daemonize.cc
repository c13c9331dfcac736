#include "daemon/daemonize.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace daemon_process {
namespace {

// What goes through the pipe from daemon to waiting parent: this byte for success, a text for
// failure, nothing for a death.
constexpr char kStarted = '\1';

[[noreturn]] void AwaitStart(int fd) {
  std::string report;
  char buffer[1024];
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    report.append(buffer, static_cast<std::size_t>(got));
  }
  if (report.size() == 1 && report[0] == kStarted) _exit(0);
  if (report.empty()) report = "the daemon ended while it started; see its log";
  std::fprintf(stderr, "%s\n", report.c_str());
  _exit(1);
}

pid_t ForkOrThrow() {
  const pid_t pid = fork();
  if (pid < 0) throw base::Error(std::string("could not fork: ") + std::strerror(errno));
  return pid;
}

void WriteAll(int fd, const std::string& text) {
  // A parent that is gone (killed by its user) is no reason to fail.
  [[maybe_unused]] const ssize_t written = write(fd, text.data(), text.size());
}

}  // namespace

StartReport StartReport::Daemonize() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw base::Error(std::string("could not create pipe: ") + std::strerror(errno));
  std::fflush(nullptr);
  if (const pid_t child = ForkOrThrow(); child > 0) {
    close(ends[1]);
    waitpid(child, nullptr, 0);  // the one in between ends at once
    AwaitStart(ends[0]);
  }
  close(ends[0]);
  setsid();
  if (fork() != 0) _exit(0);  // no controlling terminal ever again
  const int null = open("/dev/null", O_RDWR);
  if (null >= 0) {
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    if (null > 2) close(null);
  }
  return StartReport(ends[1]);
}

StartReport::StartReport(StartReport&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

StartReport::~StartReport() {
  if (fd_ >= 0) close(fd_);  // the parent reads an end without a word
}

void StartReport::Ready() {
  NotifySystemd("READY=1");
  if (fd_ < 0) return;
  WriteAll(fd_, std::string(1, kStarted));
  close(std::exchange(fd_, -1));
}

void StartReport::Failed(const std::string& message) {
  if (fd_ < 0) return;
  WriteAll(fd_, message);
  close(std::exchange(fd_, -1));
}

}  // namespace daemon_process
