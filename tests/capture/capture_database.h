// A database with one form of the capture triggers, and what happens there.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

#include "capture/random_case.h"
#include "support/postgres_server.h"

namespace capture_test {

enum class Form { kC, kPlpgsql };

const char* Name(Charset charset);

class CaptureDatabase {
 public:
  // Creates the database with schema pgq in this form, the types of random tables, and queue
  // "capture".
  CaptureDatabase(test_support::PostgresServer& server, Form form, Charset charset);

  // The rows of the result, or SQLSTATE and message of the error. Throws std::runtime_error when
  // the server is gone.
  std::string Run(const Statement& statement);
  // Events that this session sees and that it had not seen at the last call of ForgetEvents(), one
  // a line.
  std::string Events();
  void ForgetEvents();
  // Without C: makes functions for the captured tables as they are now (pgq.prepare_captures).
  void PrepareCaptures();
  // How many rows those have published, in sessions that have ended.
  int PreparedEvents();
  // A new session.
  void Reconnect();
  // Brings the session and the functions back to what they were, whatever happened.
  void Reset();
  bool in_failed_transaction() const;
  PGconn* native() const { return connection_.get(); }

 private:
  std::string Value(const std::string& sql);

  std::string connstr_;
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
  std::string entry_point_;  // definition of pgq.insert_event
  std::string last_seen_ = "0";
};

}  // namespace capture_test
