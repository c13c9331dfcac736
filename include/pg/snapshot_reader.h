// A session that reads what another one's snapshot shows, however long it takes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/interrupt.h"
#include "pg/connection.h"

namespace pg {

// Belongs to one thread at a time. Whatever cancels `owner` cancels it, too.
class SnapshotReader {
 public:
  // What makes values the same text on all servers. None of these takes a snapshot. Names in values
  // (regclass) come qualified, and rows that a policy hides are an error.
  static constexpr const char* kSettings =
      "set local search_path = ''; set local row_security = off; set local timezone = 'UTC'; "
      "set local lc_monetary = 'C'; set local xmloption = content";

  using Open = std::function<std::unique_ptr<Connection>(base::Interrupt&)>;
  // Connects. `owner` must outlive the object.
  SnapshotReader(base::Interrupt& owner, const Open& open);
  SnapshotReader(const SnapshotReader&) = delete;

  // Ends the transaction, if there is one, and begins the next: repeatable read, read only, values
  // as text by one rule on all servers. No snapshot is taken.
  void Begin();
  // Sees what the session sees that exported `snapshot`, which must still be in its transaction.
  // REQUIRES: nothing was read since Begin.
  void Import(const std::string& snapshot);
  void End() { tx_.reset(); }

  Connection& connection() { return *connection_; }
  // REQUIRES: Begin.
  pqxx::dbtransaction& tx() { return *tx_; }

 private:
  base::Interrupt interrupt_;
  base::Interrupt::Registration on_cancel_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>> tx_;
};

}  // namespace pg
