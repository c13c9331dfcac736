#include "pgq_tool/consumers/table_loader.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/text_template.h"
#include "pg/error.h"
#include "pg/qualified_name.h"

namespace pgq_tool::consumers {

template <class Write>
void TableLoader::Naming(const std::string& what, const Write& write) const {
  try {
    write();
  } catch (const base::ConfigError&) {
    throw;
  } catch (const base::Error& error) {
    throw base::Error(what + ": " + error.what(), error.hint());
  } catch (const pqxx::sql_error&) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt_);
    if (failure.kind != pg::FailureKind::kSql) throw;
    throw base::Error(what + ": " + failure.message, failure.hint);
  }
}

void TableLoader::Begin(std::string time) {
  batch_time_ = std::move(time);
  parts_.BatchBegins();
  sets_.clear();
  missing_.clear();
  count_ = 0;
}

void TableLoader::Apply(pqxx::transaction_base& tx, const pgq::Event& event) {
  const bool truncates = event.type_or_empty() == "R";
  if (!truncates && !RowChange::Is(event)) return;
  const std::string table = pg::WithDefaultSchema(event.extra1_or_empty());
  Naming("event " + ToString(event.id) + " of table " + table, [&] {
    if (event.extra1_or_empty().empty())
      throw base::Error("its ev_extra1 names no table",
                        "Triggers put it there; consumer_filter can leave such events out.");
    const LoadRules& rules = rules_.For(table);
    if (rules.table_mode == TableMode::kIgnore) return;
    if (truncates)
      Truncate(tx, rules, event);
    else
      Load(tx, rules, event);
    ++count_;
  });
}

void TableLoader::Truncate(pqxx::transaction_base& tx, const LoadRules& rules,
                           const pgq::Event& event) {
  if (rules.row_mode == RowMode::kKeepAll) return;
  if (rules.table_mode == TableMode::kSplit) {
    spdlog::warn("event {}: TRUNCATE of {} is passed over, its tables by time keep their rows",
                 event.id.value(), rules.dest.ToString());
    return;
  }
  sets_.erase(rules.dest);
  tx.exec0("truncate " + rules.dest.Quoted());
}

void TableLoader::Load(pqxx::transaction_base& tx, const LoadRules& rules,
                       const pgq::Event& event) {
  RowChange change = RowChange::Read(event);
  if (rules.row_mode == RowMode::kKeepAll && change.operation == RowChange::Operation::kDelete)
    return;
  const bool direct = rules.table_mode == TableMode::kDirect;
  const std::string time = direct ? "" : TimeOf(rules, event, change);
  if (!rules.fields.empty()) change.Choose(rules.fields);
  const pg::QualifiedName table = direct ? rules.dest : parts_.For(tx, rules, time, change.keys);
  if (rules.row_mode != RowMode::kBulk) return WriteRow(tx, rules, table, change);
  sets_.try_emplace(table, table, rules.bulk_mode).first->second.Add(tx, std::move(change));
}

std::string TableLoader::TimeOf(const LoadRules& rules, const pgq::Event& event,
                                const RowChange& change) const {
  std::string time =
      rules.split_mode == SplitMode::kBatchTime ? batch_time_ : std::string(event.time);
  if (rules.split_mode == SplitMode::kDateField) {
    const auto field = std::ranges::find(change.row, rules.split_field, &pgq::Field::name);
    if (field == change.row.end() || !field->value)
      throw base::Error("column \"" + rules.split_field + "\" of split_mode " +
                            (field == change.row.end() ? "is not in its row" : "is NULL"),
                        "Nothing of the batch was written. Set another split_mode.");
    time = *field->value;
  }
  if (auto read = base::ReadTimestamp(time)) return *std::move(read);
  throw base::Error("\"" + time + "\" is no time", "split_mode says where times come from.");
}

void TableLoader::WriteRow(pqxx::transaction_base& tx, const LoadRules& rules,
                           const pg::QualifiedName& table, const RowChange& change) {
  using Operation = RowChange::Operation;
  const Operation operation = change.operation;
  const bool all = rules.row_mode == RowMode::kKeepAll;
  if (operation == Operation::kInsert || all) {
    tx.exec0(change.InsertInto(table));
    return;
  }
  if (change.keys.empty())
    throw base::Error("its table has no key, so the row to change is not known",
                      "row_mode keep_all does without.");
  const bool latest = rules.row_mode == RowMode::kKeepLatest;
  if (operation == Operation::kUpdate && !latest) {
    const std::string update = change.UpdateIn(table);
    if (!update.empty() && tx.exec(update).affected_rows() == 0) ++missing_[table.ToString()];
    return;
  }
  const bool found = tx.exec(change.DeleteFrom(table)).affected_rows() > 0;
  if (!found && !latest) ++missing_[table.ToString()];
  if (operation == Operation::kUpdate) tx.exec0(change.InsertInto(table));
}

std::int64_t TableLoader::Finish(pqxx::transaction_base& tx) {
  for (auto& [table, set] : sets_) {
    Naming("table " + table.ToString(), [&] { set.Flush(tx); });
    if (set.missing() > 0) missing_[table.ToString()] += set.missing();
  }
  sets_.clear();
  for (const auto& [table, rows] : missing_)
    spdlog::warn("table {}: {} rows to update or delete were not there", table, rows);
  return count_;
}

}  // namespace pgq_tool::consumers
