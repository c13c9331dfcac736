#include "pg/wait.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace pg {

bool WaitSocket(int socket, short events, base::Deadline deadline,
                const base::Interrupt& interrupt) {
  for (;;) {
    interrupt.ThrowIfCancelled();
    std::array<pollfd, 2> fds{{{socket, events, 0}, {interrupt.cancel_fd(), POLLIN, 0}}};
    const int ready = poll(fds.data(), fds.size(), deadline.PollTimeout());
    if (ready < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(),
                              "could not wait for a server's socket");
    }
    interrupt.ThrowIfCancelled();
    if (fds[0].revents != 0) return true;
    if (deadline.Passed()) return false;
  }
}

}  // namespace pg
