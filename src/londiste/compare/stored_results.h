// What comparisons have found, as the node's database keeps it (londiste.compare_result).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "londiste/compare/compared_table.h"
#include "pg/connection.h"

namespace londiste::compare {

// Whether this database has a place for them, and the role may write there.
bool KeepsResults(pqxx::transaction_base& tx);
// Where there is none, nothing is stored. `run`: the id of the ComparisonRun; "": none.
void StoreResult(pqxx::transaction_base& tx, const std::string& queue, const ComparedTable& table,
                 const std::string& run);
// The rows were changed since: nobody knows now.
void ForgetResult(pqxx::transaction_base& tx, const std::string& queue, const std::string& table);

struct StoredResult {
  std::string table;
  std::string compared_with, compared_at;  // a node; a time as the server writes it
  std::optional<bool> equal;               // nullopt: not compared
  std::string tick, tick_time, reason;     // "" when not known
  DifferenceCounts counts{};
  std::int64_t rows_there = 0, rows_here = 0;
  double seconds = 0;
  std::string run;  // "": of none
};
// Empty where the schema does not have them, or the role may not ask.
std::vector<StoredResult> ReadResults(pqxx::transaction_base& tx, const std::string& queue);

// Tables that have a result, the oldest one first.
std::vector<std::string> LeastRecentlyCompared(pqxx::transaction_base& tx,
                                               const std::string& queue);
// As ComparedTable, without the rows that differ.
ComparedTable FromStored(const StoredResult& stored);

// A comparison of several tables, noted while it is at work: the one of the same command can go on
// when it was killed.
struct ComparisonRun {
  std::string id, note;
  bool goes_on = false;
};
enum class Start { kAnew, kResume };
// REQUIRES: KeepsResults.
ComparisonRun BeginComparison(pqxx::transaction_base& tx, const std::string& queue,
                              const std::string& command, Start start);
void EndComparison(pqxx::transaction_base& tx, const std::string& queue, const std::string& run);

}  // namespace londiste::compare
