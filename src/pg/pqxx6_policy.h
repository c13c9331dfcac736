// The one file that knows how libpqxx 6 opens and keeps its PGconn. A move to libpqxx 7
// (seize_raw_connection) touches this and nothing else.
//
// Owns the PGconn from its opening until the Connection is destroyed. libpqxx is never allowed to
// open another: after a loss, each attempt to "reactivate" throws pqxx::broken_connection. A lost
// PGconn stays allocated, so that raw users of it get errors and no dangling pointer.
#pragma once

#include <libpq-fe.h>

#include <string>

#include "pg/connection.h"
#include "pg/session.h"
#include "pg/session_watch.h"

namespace pg {

class Connection::Policy final : public pqxx::connectionpolicy {
 public:
  // Takes the open session. `target` is the redacted connection string, for messages.
  Policy(OpenedSession opened, std::string target, base::Duration connect_timeout);
  ~Policy() noexcept override;
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  PGconn* session() const { return session_; }
  base::Clock::duration round_trip() const { return round_trip_; }
  int backend_pid() const { return backend_pid_; }
  WatchedSession& watched() { return *watched_; }

  handle do_startconnect(handle current) override;
  handle do_completeconnect(handle current) override;
  handle do_dropconnect(handle current) noexcept override;
  handle do_disconnect(handle current) noexcept override;
  bool is_ready(handle current) const noexcept override;

 private:
  PGconn* session_;
  base::Clock::duration round_trip_;
  int backend_pid_;
  std::string target_;
  std::unique_ptr<WatchedSession> watched_;  // ends before the session does
  bool given_away_ = false;                  // libpqxx dropped the handle; there is no second one
};

}  // namespace pg
