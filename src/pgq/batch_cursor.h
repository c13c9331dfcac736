// The server-side cursor that a batch is read with, and the read-only transaction it lives in.
//
// Rows are taken from the wire one by one, so that a piece ends when it is large enough, however
// large the rows are that nobody expected.
#pragma once

#include <memory>
#include <string>

#include "pg/connection.h"
#include "pg/result.h"
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
  // The same for the next events; empty when there were none left. REQUIRES: !at_end().
  EventChunk Next(std::size_t bytes);
  // How many events the next FETCH asks for.
  void set_rows(int rows) { rows_ = rows; }
  // The last FETCH brought fewer events than it asked for: there is nothing more, and the
  // transaction has ended, so that the server's horizon moves on.
  bool at_end() const { return !transaction_; }

 private:
  void Send(const std::string& sql);
  EventChunk Take(std::size_t bytes);
  void FetchIsOver();

  pg::Connection& connection_;
  std::unique_ptr<pqxx::transaction_base> transaction_;
  int rows_ = 0;
  bool fetching_ = false;  // answers of the FETCH are still to come
  int asked_ = 0, got_ = 0;
};

}  // namespace pgq
