#include "londiste/compare/compared_json.h"

namespace londiste::compare {
namespace {

using output::Json;

Json SideJson(const SideTotals& side) {
  return {{"rows", side.answer.empty() ? Json(side.rows) : Json(nullptr)},
          {"checksum", output::TextOrNull(side.checksum)},
          {"answer", output::TextOrNull(side.answer)}};
}

Json RowJson(const Comparison& comparison, const DifferentRow& row) {
  Json key = Json::object();
  for (std::size_t i = 0; i < row.key.size(); ++i)
    key[comparison.key[i]] = output::OrNull(row.key[i]);
  return {{"kind", ToString(row.kind)}, {"key", key}};
}

}  // namespace

output::Json ComparedJson(const ComparedTable& table) {
  Json json = {{"table_name", table.table},
               {"compared_with", output::TextOrNull(table.node)},
               {"compared", table.compared()},
               {"equal", table.equal()},
               {"reason", output::TextOrNull(table.reason)},
               {"tick_id", nullptr},
               {"tick_time", nullptr},
               {"provider", nullptr},
               {"here", nullptr},
               {"columns_only_there", Json(table.unexplained)},
               {"missing", table.result.counts.missing},
               {"extra", table.result.counts.extra},
               {"changed", table.result.counts.changed},
               {"differences", Json::array()},
               {"more_differences", table.result.counts.more},
               {"seconds", table.seconds},
               {"before_interruption", table.stored_verdict.has_value()}};
  if (!table.compared()) return json;
  json["tick_id"] = std::stoll(table.tick);
  json["tick_time"] = output::TimeOrNull(table.tick_time);
  json["provider"] = SideJson(table.result.above);
  json["here"] = SideJson(table.result.below);
  json["differences"] = output::ListOf(table.result.different, [&](const DifferentRow& row) {
    return RowJson(table.comparison, row);
  });
  return json;
}

std::string ComparisonJson(const std::string& queue, const std::string& node,
                           const std::vector<ComparedTable>& tables) {
  return output::JsonText({{"queue_name", queue},
                           {"node_name", node},
                           {"tables", output::ListOf(tables, ComparedJson)}});
}

}  // namespace londiste::compare
