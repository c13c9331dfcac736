// The thread behind server_alive.h. One for the process; it runs while there are sessions and a
// timeout.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "pg/server_alive.h"
#include "pg/session_watch.h"

namespace pg {

class ServerWatch {
 public:
  static ServerWatch& Get();
  ~ServerWatch();

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

  void Run();
  std::vector<Suspect> Look();
  void Examine(const std::vector<Suspect>& suspects);
  void Judge(const Suspect& suspect, const Verdict& verdict);

  std::mutex mutex_;  // everything below but interrupt_
  std::condition_variable changed_;
  std::list<WatchedSession*> sessions_;
  base::Duration timeout_{0};
  AliveSink sink_;
  bool ending_ = false;
  std::thread thread_;
  base::Interrupt interrupt_;
};

}  // namespace pg
