// SIGINT and SIGTERM cancel an administrative command, also in the middle of a statement.
#pragma once

#include "base/cancellable_thread.h"
#include "base/interrupt.h"
#include "daemon/signals.h"

namespace daemon_process {

// Runs one thread that reads `signals` and cancels `interrupt`; both outlive it. Ends at
// destruction.
class SignalWatch {
 public:
  SignalWatch(Signals& signals, base::Interrupt& interrupt);
  SignalWatch(const SignalWatch&) = delete;

 private:
  void Run(base::Interrupt& own);
  Signals& signals_;
  base::Interrupt& interrupt_;
  base::CancellableThread thread_;  // last: it uses all the others
};

}  // namespace daemon_process
