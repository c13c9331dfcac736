#include "londiste/program/signal_watch.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/clock.h"

namespace londiste {

SignalWatch::SignalWatch(daemon_process::Signals& signals, base::Interrupt& interrupt)
    : signals_(signals), interrupt_(interrupt), end_fd_(eventfd(0, EFD_CLOEXEC)) {
  if (end_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  thread_ = std::thread([this] { Run(); });
}

SignalWatch::~SignalWatch() {
  eventfd_write(end_fd_, 1);
  thread_.join();
  close(end_fd_);
}

void SignalWatch::Run() {
  while (true) {
    std::array<pollfd, 2> fds = {{{signals_.fd(), POLLIN, 0}, {end_fd_, POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0) continue;  // EINTR
    if (fds[1].revents != 0) return;
    std::optional<int> signal = signals_.Wait(base::Deadline::After(base::Duration(0)));
    if (signal == SIGINT || signal == SIGTERM) interrupt_.Cancel();
  }
}

}  // namespace londiste
