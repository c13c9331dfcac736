// SIGINT and SIGTERM cancel an administrative command, also in the middle of a statement.
#pragma once

#include <thread>

#include "base/interrupt.h"
#include "daemon/signals.h"

namespace londiste {

// Runs one thread that reads `signals` and cancels `interrupt`; both outlive it. Ends at
// destruction.
class SignalWatch {
 public:
  SignalWatch(daemon_process::Signals& signals, base::Interrupt& interrupt);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;

 private:
  void Run();
  daemon_process::Signals& signals_;
  base::Interrupt& interrupt_;
  int end_fd_;
  std::thread thread_;
};

}  // namespace londiste
