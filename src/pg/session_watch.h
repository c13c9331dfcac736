// The sessions of the process under the watch of server_alive.h.
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <string>

#include "base/clock.h"
#include "pg/raw_session.h"

namespace pg {

// Registers a session for its life. Made and destroyed by the session's owner; the watch looks at
// it from its own thread in between.
class WatchedSession {
 public:
  struct Facts {
    PGconn* session;
    int backend_pid;        // 0: not known
    Parameters parameters;  // lead to its server
    base::Duration connect_timeout;
    std::string target;  // redacted
  };
  explicit WatchedSession(Facts facts);
  ~WatchedSession();
  WatchedSession(const WatchedSession&) = delete;
  WatchedSession& operator=(const WatchedSession&) = delete;

  // Any thread.
  void ExpectSilence(base::Duration at_most);

  // The rest is for the watch.
  const Facts& facts() const { return facts_; }
  // Waits for the server at this moment, and nothing has arrived.
  bool Waits() const;
  // Ends it where its owner will notice.
  void GiveUp();

  int looks = 0;        // at which it waited, one after the other
  int unreachable = 0;  // examinations at which nobody answered, one after the other
  base::Clock::time_point waits_since{}, next_line{};
  base::Duration line_pause{0};

 private:
  const Facts facts_;
  const int socket_;
  std::atomic<base::Clock::rep> silent_until_{0};
};

}  // namespace pg
