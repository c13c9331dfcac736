// The thread behind server_alive.h. One for the process; it runs while there are sessions and a
// timeout.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <vector>

#include "base/cancellable_thread.h"
#include "pg/server_alive.h"
#include "pg/session_watch.h"

namespace pg {

class ServerWatch {
 public:
  static ServerWatch& Get();

  void Configure(base::Duration timeout, AliveSink sink);
  base::Duration timeout();
  void Add(WatchedSession* session);
  void Remove(WatchedSession* session);

 private:
  struct Suspect {  // as of the look; the session itself may have gone meanwhile
    WatchedSession* session;
    WatchedSession::Facts facts;
    base::Clock::time_point waits_since;
    bool in_pipeline, pooled;
  };
  struct Verdict;

  void Run(base::Interrupt& interrupt);
  base::Deadline NextLook();
  std::vector<Suspect> Look();
  void Examine(const std::vector<Suspect>& suspects, base::Interrupt& interrupt);
  void Judge(const Suspect& suspect, const Verdict& verdict);

  std::mutex mutex_;  // everything below, but what the thread does
  std::list<WatchedSession*> sessions_;
  base::Duration timeout_{0};
  AliveSink sink_;
  std::optional<base::CancellableThread> thread_;  // last: it uses all the others
};

}  // namespace pg
