#include "daemon/signal_watch.h"

#include <poll.h>
#include <signal.h>

#include <array>
#include <optional>

#include "base/clock.h"

namespace daemon_process {

SignalWatch::SignalWatch(Signals& signals, base::Interrupt& interrupt)
    : signals_(signals),
      interrupt_(interrupt),
      thread_([this](base::Interrupt& own) { Run(own); }) {}

void SignalWatch::Run(base::Interrupt& own) {
  while (!own.stopping()) {
    std::array<pollfd, 2> fds = {{{signals_.fd(), POLLIN, 0}, {own.wake_fd(), POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0) continue;  // EINTR
    if (fds[1].revents != 0) return;
    std::optional<int> signal = signals_.Wait(base::Deadline::After(base::Duration(0)));
    if (signal == SIGINT || signal == SIGTERM) interrupt_.Cancel();
  }
}

}  // namespace daemon_process
