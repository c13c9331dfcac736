// The server-side cursor that a batch is read with, and the read-only transaction it lives in.
//
// Rows are taken from the wire one by one, so that a piece ends when it is large enough, however
// large the rows are that nobody expected.
//
// With the last event the end of the transaction is sent and not waited for. Whatever uses the
// session next takes its answer: libpq's own functions that wait for one do, and so does a cursor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pg/connection.h"
#include "pg/result.h"
#include "pgq/batch.h"
#include "pgq/event.h"
#include "pgq/ids.h"

namespace pgq {

class BatchCursor {
 public:
  explicit BatchCursor(pg::Connection& connection) : connection_(connection) {}
  // What a FETCH under way would still bring is cancelled.
  ~BatchCursor();
  BatchCursor(const BatchCursor&) = delete;

  // Opens it and returns the first events: at most `rows`, and no more once they take `bytes`.
  // Throws pg::SqlError, pqxx::broken_connection, base::Interrupted, as Next does.
  EventChunk Open(BatchId batch, int rows, std::size_t bytes, const std::string& extra_where);
  // The same in one message with `request`: returns the batch, and its first events in `events`.
  // nullopt: no batch yet, and the cursor is at its end.
  std::optional<Batch> OpenNext(const BatchRequest& request, int rows, std::size_t bytes,
                                const std::string& extra_where, EventChunk& events);
  // The same for the next events; empty when there were none left. REQUIRES: !at_end().
  EventChunk Next(std::size_t bytes);
  // How many events the next FETCH asks for, and how many of them are sent in one message: the
  // server goes on with the next while the answer to the last one is under way.
  void set_rows(int rows, int fetches = 1) {
    rows_ = rows;
    fetches_ = fetches;
  }
  // The last FETCH brought fewer events than were asked for: there is nothing more, and the
  // transaction ends, so that the server's horizon moves on.
  bool at_end() const { return at_end_; }

 private:
  void Send(const std::string& sql, int fetches = 1);
  pg::ResultPtr TakeRow();
  EventChunk Take(std::size_t bytes);
  [[noreturn]] void Fail(const PGresult* result);
  void End();

  pg::Connection& connection_;
  int rows_ = 0, fetches_ = 1;
  bool at_end_ = false;
  bool fetching_ = false;     // answers to the message are still to come:
  int unanswered_ = 0;        // of so many FETCHes,
  std::int64_t missing_ = 0;  // which asked for so many events more
};

}  // namespace pgq
