// LISTEN on a connection of its own that never holds a transaction: notifications wake an
// Interrupt.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "base/cancellable_thread.h"
#include "base/interrupt.h"
#include "pg/connection.h"

namespace pg {

// Runs one thread with one connection: LISTENs and calls wake.Wake() for each notification;
// reconnects quietly with back-off (1 s … 60 s). Losing notifications costs latency only; the owner
// polls slowly as well. Destruction ends the thread at once.
class Listener {
 public:
  Listener(ConnectOptions options, std::set<std::string> channels, base::Interrupt& wake);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  bool connected() const;
  // Whether anything came since the last call, or may have come while nobody listened. From any
  // thread.
  bool TakeNotified() { return notified_.exchange(false); }

 private:
  void Run(base::Interrupt& own);
  void ListenOnce(base::Interrupt& own);
  void Notify();
  ConnectOptions options_;
  std::set<std::string> channels_;
  base::Interrupt& wake_;
  std::atomic<bool> connected_{false}, notified_{false};
  base::CancellableThread thread_;  // last: it uses all the others
};

}  // namespace pg
