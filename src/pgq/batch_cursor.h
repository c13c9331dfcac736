// The server-side cursor that a batch is read with, and the read-only transaction it lives in.
#pragma once

#include <memory>
#include <string>

#include "pg/connection.h"
#include "pgq/event.h"
#include "pgq/ids.h"

namespace pgq {

class BatchCursor {
 public:
  explicit BatchCursor(pg::Connection& connection) : connection_(connection) {}

  // Opens it and returns the first `rows` events. Throws pg::SqlError, pqxx::broken_connection,
  // base::Interrupted, as Fetch does.
  EventChunk Open(BatchId batch, int rows, const std::string& extra_where);
  // REQUIRES: !at_end().
  EventChunk Fetch();
  // How many events the next Fetch asks for.
  void set_rows(int rows) { rows_ = rows; }
  // The last piece was shorter than asked for: there is nothing more, and the transaction has
  // ended, so that the server's horizon moves on.
  bool at_end() const { return !transaction_; }

 private:
  EventChunk Take(const std::string& sql);

  pg::Connection& connection_;
  std::unique_ptr<pqxx::transaction_base> transaction_;
  int rows_ = 0;
};

}  // namespace pgq
