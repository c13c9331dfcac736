// Signals as values: blocked in every thread, read by the main thread through a descriptor.
#pragma once

#include <optional>

#include "base/clock.h"

namespace daemon_process {

class Signals {
 public:
  // Blocks SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 for this and all later threads, ignores
  // SIGPIPE. Call before any thread starts.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int fd() const { return fd_; }
  // The next signal, or nullopt at the deadline.
  std::optional<int> Wait(base::Deadline deadline);

 private:
  int fd_ = -1;
};

}  // namespace daemon_process
