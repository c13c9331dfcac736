// The net effect of many row events of one table, written with a few statements.
//
// COPY into a staging table, then DELETE and UPDATE from it, then COPY of the new rows into the
// table. All inside a savepoint: when a statement fails, or meets another number of rows than it
// must, nothing has happened, and the caller writes the events in order, which tells what is wrong.
// Runs in the batch's transaction, with role replica, where neither foreign keys nor ordinary
// triggers connect rows of different tables.
#pragma once

#include <string>

#include "londiste/apply/net_effect.h"
#include "londiste/apply/staging.h"
#include "londiste/apply/statement_series.h"

namespace londiste::apply {

class SetWriter {
 public:
  explicit SetWriter(pg::Connection& target) : target_(target), series_(target) {}

  // "" when it is written; else why not, and the transaction is as before the call. Its savepoint
  // stays, until the next call or the end of the transaction. Throws pqxx::broken_connection,
  // base::Interrupted.
  std::string Write(const TableShape& table, const NetEffect& net);

  void Committed();
  void RolledBack();
  void Forget() { staging_.Forget(); }

 private:
  void WriteAll(const TableShape& table, const NetEffect& net);
  void CopyToStage(const std::string& stage, const NetEffect& net, bool with_updates,
                   std::int64_t rows);
  void Insert(const TableShape& table, const NetEffect& net, std::int64_t rows);

  pg::Connection& target_;
  Staging staging_;
  StatementSeries series_;
  bool has_savepoint_ = false;
};

}  // namespace londiste::apply
