// The net effect of many row events, table by table, with a few statements each.
//
// DELETE, UPDATE and INSERT of the rows that the statements' text holds, or, when these are many,
// of a staging table that a COPY fills; many new rows go into the table by a COPY of their own. All
// inside a savepoint: when a statement fails, or meets another number of rows than it must, nothing
// has happened, and the caller writes the events in order, which tells what is wrong. Runs in the
// batch's transaction, with role replica, where neither foreign keys nor ordinary triggers connect
// rows of different tables.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "londiste/apply/apply_options.h"
#include "londiste/apply/folded_rows.h"
#include "londiste/apply/set_source.h"
#include "londiste/apply/staging.h"
#include "londiste/apply/statement_series.h"

namespace londiste::apply {

class SetWriter {
 public:
  // `options` must outlive the object.
  SetWriter(pg::Connection& target, const ApplyOptions& options)
      : target_(target), options_(options), series_(target) {}

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
  using Sets = std::span<const TableSet>;
  std::size_t GroupSize(Sets sets) const;
  void WriteGroup(Sets sets, std::span<std::string> reasons);
  std::string WriteAllOrNone(Sets sets);
  void SetSavepoint(Sets sets);
  bool GoesInText(const TableSet& set) const;
  void WriteTable(const TableSet& set);
  Rows Sort(const NetEffect& net, bool in_text) const;
  void Stage(const std::string& stage, const NetEffect& net, const Rows& rows);
  void Change(const SetSource& source, const structure::TableShape& table, const NetEffect& net,
              const Rows& rows);
  void Insert(const structure::TableShape& table, const NetEffect& net, std::int64_t rows);
  void LookUpByIndex(bool by_index);

  pg::Connection& target_;
  const ApplyOptions& options_;
  Staging staging_;
  StatementSeries series_;
  bool has_savepoint_ = false;
  bool by_index_ = false;  // of the series
};

}  // namespace londiste::apply
