#include "londiste/compare/stored_results.h"

#include "cascade/node.h"
#include "londiste/output/json.h"

namespace londiste::compare {
namespace {

using output::Json;

bool MayCall(pqxx::transaction_base& tx, const std::string& signature) {
  return tx
      .exec_params1(
          "select coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure($1), "
          "'execute'), false)",
          signature)[0]
      .as<bool>();
}

constexpr const char* kSet = "select * from londiste.local_set_compare_result($1, $2, $3)";
constexpr const char* kSetSignature = "londiste.local_set_compare_result(text, text, jsonb)";

Json ResultJson(const ComparedTable& table, const std::string& run) {
  if (!table.compared())
    return {{"compared_with", output::TextOrNull(table.node)},
            {"reason", table.reason},
            {"run_id", output::TextOrNull(run)}};
  const DifferenceCounts& counts = table.result.counts;
  return {{"compared_with", table.node},
          {"equal", table.equal()},
          {"tick_id", table.tick},
          {"tick_time", output::TextOrNull(table.tick_time)},
          {"rows_there", table.result.above.rows},
          {"rows_here", table.result.below.rows},
          {"missing", counts.missing},
          {"extra", counts.extra},
          {"changed", counts.changed},
          {"more", counts.more},
          {"reason", table.unexplained.empty() ? Json(nullptr)
                                               : Json("node " + table.node +
                                                      " has columns that "
                                                      "this one lacks")},
          {"seconds", table.seconds},
          {"run_id", output::TextOrNull(run)}};
}

}  // namespace

bool KeepsResults(pqxx::transaction_base& tx) {
  return MayCall(tx, kSetSignature) &&
         MayCall(tx, "londiste.local_begin_comparison(text, text, boolean)");
}

void StoreResult(pqxx::transaction_base& tx, const std::string& queue, const ComparedTable& table,
                 const std::string& run) {
  if (!MayCall(tx, kSetSignature)) return;
  cascade::Require(
      cascade::Call(tx, kSet, queue, table.table, output::JsonText(ResultJson(table, run))));
}

void ForgetResult(pqxx::transaction_base& tx, const std::string& queue, const std::string& table) {
  if (!MayCall(tx, kSetSignature)) return;
  cascade::Require(cascade::Call(tx, kSet, queue, table, std::optional<std::string>()));
}

std::vector<StoredResult> ReadResults(pqxx::transaction_base& tx, const std::string& queue) {
  if (!MayCall(tx, "londiste.get_compare_results(text)")) return {};
  std::vector<StoredResult> results;
  for (const pqxx::row& row : tx.exec_params(
           "select table_name, compared_with, pg_catalog.date_trunc('second', compared_at), equal, "
           "tick_id, tick_time, missing, extra, changed, more, reason, "
           "rows_there, rows_here, seconds, run_id from londiste.get_compare_results($1)",
           queue)) {
    StoredResult result{.table = row[0].c_str(),
                        .compared_with = row[1].c_str(),
                        .compared_at = row[2].c_str(),
                        .equal = {},
                        .tick = row[4].c_str(),
                        .tick_time = row[5].c_str(),
                        .reason = row[10].c_str(),
                        .counts = {row[6].as<std::int64_t>(0), row[7].as<std::int64_t>(0),
                                   row[8].as<std::int64_t>(0), row[9].as<bool>()},
                        .rows_there = row[11].as<std::int64_t>(0),
                        .rows_here = row[12].as<std::int64_t>(0),
                        .seconds = row[13].as<double>(0),
                        .run = row[14].c_str()};
    if (!row[3].is_null()) result.equal = row[3].as<bool>();
    results.push_back(std::move(result));
  }
  return results;
}

std::vector<std::string> LeastRecentlyCompared(pqxx::transaction_base& tx,
                                               const std::string& queue) {
  std::vector<std::string> tables;
  for (const pqxx::row& row : tx.exec_params(
           "select table_name from londiste.get_compare_results($1) order by compared_at", queue))
    tables.push_back(row[0].as<std::string>());
  return tables;
}

ComparedTable FromStored(const StoredResult& stored) {
  ComparedTable table{.table = stored.table,
                      .node = stored.compared_with,
                      .tick = stored.tick,
                      .tick_time = stored.tick_time};
  table.result = {.above = {.rows = stored.rows_there},
                  .below = {.rows = stored.rows_here},
                  .counts = stored.counts};
  table.seconds = stored.seconds;
  table.stored_verdict = stored.equal;
  return table;
}

ComparisonRun BeginComparison(pqxx::transaction_base& tx, const std::string& queue,
                              const std::string& command, Start start) {
  const pqxx::row row = tx.exec_params1(
      "select ret_code, ret_note, run_id from londiste.local_begin_comparison($1, $2, $3)", queue,
      command, start == Start::kResume);
  return {row[2].c_str(), row[1].c_str(), row[0].as<int>() == 201};
}

void EndComparison(pqxx::transaction_base& tx, const std::string& queue, const std::string& run) {
  cascade::Require(
      cascade::Call(tx, "select * from londiste.local_end_comparison($1, $2)", queue, run));
}

}  // namespace londiste::compare
