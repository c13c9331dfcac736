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

Json ResultJson(const ComparedTable& table) {
  if (!table.compared())
    return {{"compared_with", output::TextOrNull(table.node)}, {"reason", table.reason}};
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
          {"seconds", table.seconds}};
}

}  // namespace

void StoreResult(pqxx::transaction_base& tx, const std::string& queue, const ComparedTable& table) {
  if (!MayCall(tx, kSetSignature)) return;
  cascade::Require(
      cascade::Call(tx, kSet, queue, table.table, output::JsonText(ResultJson(table))));
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
           "tick_id, tick_time, missing, extra, changed, more, reason from "
           "londiste.get_compare_results($1)",
           queue)) {
    StoredResult result{.table = row[0].c_str(),
                        .compared_with = row[1].c_str(),
                        .compared_at = row[2].c_str(),
                        .equal = {},
                        .tick = row[4].c_str(),
                        .tick_time = row[5].c_str(),
                        .reason = row[10].c_str(),
                        .counts = {row[6].as<std::int64_t>(0), row[7].as<std::int64_t>(0),
                                   row[8].as<std::int64_t>(0), row[9].as<bool>()}};
    if (!row[3].is_null()) result.equal = row[3].as<bool>();
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace londiste::compare
