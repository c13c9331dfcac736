// The work of a daemon on a thread of its own, and the signals that govern it.
#pragma once

#include <functional>

#include "base/clock.h"
#include "base/interrupt.h"
#include "daemon/signals.h"

namespace daemon_process {

struct GovernedWork {
  std::function<void()> run;     // on its own thread, until `interrupt` says stop
  std::function<void()> reload;  // SIGHUP, on the calling thread; must not throw
  // After SIGINT: how long `run` may go on with what it is at before it is cancelled. Empty: SIGINT
  // cancels it at once, too.
  std::function<base::Duration()> stop_timeout;
};

struct WorkEnded {
  int exit_status = 0;   // 1: it was interrupted twice within a second
  bool stopped = false;  // by a signal, and not by itself
};

// Runs the work until it ends. SIGINT stops `interrupt` and cancels it after the timeout, SIGTERM
// cancels it at once. Throws what `run` throws.
WorkEnded RunGoverned(const GovernedWork& work, Signals& signals, base::Interrupt& interrupt);

}  // namespace daemon_process
