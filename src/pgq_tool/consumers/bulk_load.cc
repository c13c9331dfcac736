#include "pgq_tool/consumers/bulk_load.h"

#include <algorithm>

#include "base/error.h"

namespace pgq_tool::consumers {
namespace {

constexpr std::size_t kMostRows = 20'000;   // in memory
constexpr std::size_t kRowsAtOnce = 1'000;  // in a statement
constexpr const char* kStage = "pg_temp.queue_loader_rows";

}  // namespace

void BulkLoad::Add(pqxx::transaction_base& tx, RowChange change) {
  using Operation = RowChange::Operation;
  if (change.keys.empty())
    throw base::Error("its table has no key", "row_mode bulk needs one: use another for it.");
  if (mode_ == BulkMode::kInsert && change.operation != Operation::kInsert)
    throw base::Error("bulk_mode insert takes nothing but inserts", "Set another bulk_mode.");
  std::vector<std::string> columns;
  for (const pgq::Field& field : change.row) columns.push_back(field.name);
  // The row of a deletion may be but its key, and is not written.
  const bool fits =
      change.keys == keys_ && (columns == columns_ || change.operation == Operation::kDelete);
  if (!fits || rows_.size() >= kMostRows) {
    Flush(tx);
    keys_ = change.keys;
    columns_ = columns;
  }
  std::vector<std::optional<std::string>> key;
  for (const std::string& column : keys_) key.push_back(change.ValueOf(column));
  const auto [at, is_new] = rows_.try_emplace(std::move(key));
  Net& net = at->second;
  if (is_new) net.was_there = change.operation != Operation::kInsert;
  net.is_there = change.operation != Operation::kDelete;
  net.row = std::move(change.row);
}

void BulkLoad::Flush(pqxx::transaction_base& tx) {
  const bool replaces = mode_ == BulkMode::kDelete || mode_ == BulkMode::kMerged;
  Rows deleted, updated, inserted;
  std::int64_t expected = 0;  // among those to delete
  for (const auto& [key, net] : rows_) {
    const bool updates = net.was_there && net.is_there;
    if (updates && !replaces) {
      updated.push_back(&net.row);
      continue;
    }
    if (net.was_there || mode_ == BulkMode::kMerged) deleted.push_back(&net.row);
    if (net.was_there) ++expected;
    if (net.is_there) inserted.push_back(&net.row);
  }
  if (!deleted.empty()) {
    const std::int64_t gone = Delete(tx, deleted);
    missing_ += std::max<std::int64_t>(0, expected - gone);
  }
  if (!updated.empty()) missing_ += static_cast<std::int64_t>(updated.size()) - Update(tx, updated);
  if (!inserted.empty()) Insert(tx, table_.Quoted(), columns_, inserted);
  rows_.clear();
}

void BulkLoad::Insert(pqxx::transaction_base& tx, const std::string& into,
                      const std::vector<std::string>& columns, const Rows& rows) const {
  const std::string begin = "insert into " + into + " (" + ColumnList(columns) + ") values ";
  for (std::size_t from = 0; from < rows.size(); from += kRowsAtOnce) {
    std::string statement = begin;
    for (std::size_t at = from; at < std::min(rows.size(), from + kRowsAtOnce); ++at) {
      std::string values;
      for (const std::string& column : columns) {
        const auto field = std::ranges::find(*rows[at], column, &pgq::Field::name);
        values += (values.empty() ? "" : ", ") + pg::QuoteNullable(field->value);
      }
      statement += (at == from ? "(" : ", (") + values + ")";
    }
    tx.exec0(statement);
  }
}

void BulkLoad::Stage(pqxx::transaction_base& tx, const std::vector<std::string>& columns,
                     const Rows& rows) const {
  tx.exec0(std::string("create temporary table ") + kStage + " as select " + ColumnList(columns) +
           " from " + table_.Quoted() + " limit 0");
  Insert(tx, kStage, columns, rows);
  tx.exec0(std::string("analyze ") + kStage);
}

std::string BulkLoad::SameKey() const {
  std::string condition;
  for (const std::string& key : keys_) {
    const std::string column = pg::QuoteIdent(key);
    condition += (condition.empty() ? "t." : " and t.") + column + " = s." + column;
  }
  return condition;
}

std::int64_t BulkLoad::Delete(pqxx::transaction_base& tx, const Rows& rows) const {
  Stage(tx, keys_, rows);
  const pqxx::result result =
      tx.exec("delete from " + table_.Quoted() + " t using " + kStage + " s where " + SameKey());
  tx.exec0(std::string("drop table ") + kStage);
  return static_cast<std::int64_t>(result.affected_rows());
}

std::int64_t BulkLoad::Update(pqxx::transaction_base& tx, const Rows& rows) const {
  std::string assignments;
  for (const std::string& name : columns_) {
    if (std::ranges::find(keys_, name) != keys_.end()) continue;
    const std::string column = pg::QuoteIdent(name);
    assignments += (assignments.empty() ? "" : ", ") + column + " = s." + column;
  }
  if (assignments.empty()) return static_cast<std::int64_t>(rows.size());  // nothing but a key
  Stage(tx, columns_, rows);
  const pqxx::result result = tx.exec("update " + table_.Quoted() + " t set " + assignments +
                                      " from " + kStage + " s where " + SameKey());
  tx.exec0(std::string("drop table ") + kStage);
  return static_cast<std::int64_t>(result.affected_rows());
}

}  // namespace pgq_tool::consumers
