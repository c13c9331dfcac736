#include "daemon/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.h"

namespace daemon_process {

Signals::Signals() {
  sigset_t read_here;
  sigemptyset(&read_here);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2})
    sigaddset(&read_here, number);
  pthread_sigmask(SIG_BLOCK, &read_here, nullptr);
  signal(SIGPIPE, SIG_IGN);
  fd_ = signalfd(-1, &read_here, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd_ < 0) throw base::Error(std::string("could not create signalfd: ") + std::strerror(errno));
}

Signals::~Signals() { close(fd_); }

std::optional<int> Signals::Wait(base::Deadline deadline) {
  for (;;) {
    signalfd_siginfo info;
    if (read(fd_, &info, sizeof info) == sizeof info) return static_cast<int>(info.ssi_signo);
    if (deadline.Passed()) return std::nullopt;
    pollfd waited{fd_, POLLIN, 0};
    poll(&waited, 1, deadline.PollTimeout());
  }
}

}  // namespace daemon_process
