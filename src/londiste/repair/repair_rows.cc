#include "londiste/repair/repair_rows.h"

#include <set>

#include "base/error.h"
#include "londiste/repair/fix.h"

namespace londiste::repair {
namespace {

// The row was locked: nobody has changed it since.
void ExecuteOne(pqxx::transaction_base& tx, const std::string& statement) {
  const auto rows = tx.exec(statement).affected_rows();
  if (rows != 1)
    throw base::Error(
        "a statement changed " + std::to_string(rows) + " rows instead of one: " + statement,
        "Has the table a rule or a trigger that is enabled for replication?");
}

RepairCounts InPlace(pqxx::transaction_base& tx, const compare::Comparison& comparison,
                     std::span<const RowPair> rows, Extra extra) {
  RepairCounts counts;
  std::vector<std::string> deletes, updates, inserts;
  for (const RowPair& row : rows) {
    const auto fix = FixOf(comparison, row);
    if (row.unclear || !fix || fix->statements.empty()) {
      ++(row.unclear ? counts.unclear : fix ? counts.unmended : counts.equal);
      continue;
    }
    const bool is_delete = fix->kind == Fix::Kind::kDelete;
    const bool is_update = fix->kind == Fix::Kind::kUpdate;
    if (is_delete && extra == Extra::kKeep) {
      ++counts.kept;
      continue;
    }
    ++(is_delete ? counts.deletes : is_update ? counts.updates : counts.inserts);
    auto& statements = is_delete ? deletes : is_update ? updates : inserts;
    statements.insert(statements.end(), fix->statements.begin(), fix->statements.end());
  }
  for (const auto* statements : {&deletes, &updates, &inserts})
    for (const std::string& statement : *statements) ExecuteOne(tx, statement);
  return counts;
}

RepairCounts Anew(pqxx::transaction_base& tx, const compare::Comparison& comparison,
                  std::span<const RowPair> rows, Extra extra) {
  RepairCounts counts;
  for (const RowPair& row : rows) {
    if (row.unclear || row.above == row.below) {
      ++(row.unclear ? counts.unclear : counts.equal);
    } else if (row.above || extra == Extra::kDelete) {
      if (row.below) ExecuteOne(tx, DeleteSql(comparison, row));
    } else {
      ++counts.kept;
    }
  }
  for (const RowPair& row : rows) {
    if (row.unclear || row.above == row.below) continue;
    if (row.above) ExecuteOne(tx, InsertSql(comparison, row));
    if (row.above && row.below)
      ++counts.updates;
    else if (row.above)
      ++counts.inserts;
    else if (extra == Extra::kDelete)
      ++counts.deletes;
  }
  return counts;
}

}  // namespace

void RepairCounts::Add(const RepairCounts& other) {
  inserts += other.inserts;
  updates += other.updates;
  deletes += other.deletes;
  equal += other.equal;
  kept += other.kept;
  unmended += other.unmended;
  unclear += other.unclear;
}

std::vector<RowPair> ReadPairs(pqxx::transaction_base& above, pqxx::transaction_base& below,
                               const compare::Comparison& comparison,
                               std::span<const compare::DifferentRow> rows, Lock lock,
                               RenamedRows& renamed) {
  auto there = LookUp(above, comparison.above, rows, Lock::kNone);
  auto here = LookUp(below, comparison.below, rows, lock, comparison.only_below);
  std::vector<RowPair> pairs;
  std::set<Values> seen;  // several rows may have had one key
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!seen.insert(rows[i].key).second) continue;
    RowPair pair{.above = std::move(there[i].row),
                 .below = std::move(here[i].row),
                 .own = {},
                 .unclear = there[i].unclear || here[i].unclear,
                 .place = i};
    if (pair.below) {
      const auto columns = static_cast<std::ptrdiff_t>(comparison.columns.size());
      pair.own.assign(pair.below->begin() + columns, pair.below->end());
      pair.below->erase(pair.below->begin() + columns, pair.below->end());
    }
    if (pair.above && pair.below) {
      auto keys = std::pair(KeyOf(comparison, *pair.above), KeyOf(comparison, *pair.below));
      if (keys.first != keys.second && !renamed.insert(std::move(keys)).second) continue;
    }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

RepairCounts Repair(pqxx::transaction_base& tx, const compare::Comparison& comparison,
                    std::span<const RowPair> rows, Extra extra, Order order) {
  return order == Order::kInPlace ? InPlace(tx, comparison, rows, extra)
                                  : Anew(tx, comparison, rows, extra);
}

}  // namespace londiste::repair
