// The net effect of many row events, table by table, with a few statements each.
//
// COPY into a staging table, then DELETE, UPDATE and INSERT from it; many new rows go into the
// table by a COPY of their own. All inside a savepoint: when a statement fails, or meets another
// number of rows than it must, nothing has happened, and the caller writes the events in order,
// which tells what is wrong. Runs in the batch's transaction, with role replica, where neither
// foreign keys nor ordinary triggers connect rows of different tables.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "londiste/apply/folded_rows.h"
#include "londiste/apply/staging.h"
#include "londiste/apply/statement_series.h"

namespace londiste::apply {

class SetWriter {
 public:
  explicit SetWriter(pg::Connection& target) : target_(target), series_(target) {}

  // For each set "" when it is written; else why not, and the transaction is as if it had never
  // been tried. The last savepoint stays, until the next call or the end of the transaction. Throws
  // pqxx::broken_connection, base::Interrupted.
  std::vector<std::string> Write(const std::vector<TableSet>& sets);

  // To the target, about.
  base::Clock::duration round_trip() const { return series_.round_trip(); }

  void Committed();
  void RolledBack();
  void Forget() { staging_.Forget(); }

 private:
  struct Rows;
  std::string WriteAllOrNone(std::span<const TableSet> sets);
  void WriteTable(const structure::TableShape& table, const NetEffect& net);
  Rows Sort(const NetEffect& net) const;
  void Stage(const std::string& stage, const NetEffect& net, const Rows& rows);
  void ChangeFromStage(const std::string& stage, const structure::TableShape& table,
                       const NetEffect& net, const Rows& rows);
  void Insert(const structure::TableShape& table, const NetEffect& net, std::int64_t rows);

  pg::Connection& target_;
  Staging staging_;
  StatementSeries series_;
  bool has_savepoint_ = false;
};

}  // namespace londiste::apply
