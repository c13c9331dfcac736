// Tables whose copy is under way while a script runs. What was copied may lack what the script
// made, or hold what it changes already: when it touches such a table, the copy starts over.
//
// Used in the transaction of a script, or of a piece of one, on the worker's thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "londiste/sync/table_sync.h"
#include "pg/connection.h"
#include "pgq/event.h"

namespace londiste::worker {

class ChangedCopies {
 public:
  ChangedCopies(sync::TableSync& table_sync, std::function<void(const std::string&)> warn)
      : table_sync_(table_sync), warn_(std::move(warn)) {}

  // What the root publishes about these tables by name drops them or gives them another one: it
  // would wait for their copies, which start over anyway.
  void StopNamedIn(const pgq::Event& published);
  // Before the statements, and behind them.
  void LookBefore(pqxx::transaction_base& tx);
  void CopyAgain(pqxx::transaction_base& tx);

 private:
  std::map<std::string, std::string> Look(pqxx::transaction_base& tx) const;

  sync::TableSync& table_sync_;
  std::function<void(const std::string&)> warn_;
  std::map<std::string, std::string> before_;  // by table
};

}  // namespace londiste::worker
