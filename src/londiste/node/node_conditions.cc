#include "londiste/node/node_conditions.h"

#include <algorithm>

#include "londiste/tables/table_faults.h"

namespace londiste::node {

std::vector<pgq::StoredCondition> ReadNodeConditions(pqxx::transaction_base& tx,
                                                     const std::string& queue) {
  std::vector<pgq::StoredCondition> told = pgq::ReadConditions(tx, queue);
  const auto faults = tables::FindTableFaults(tx, queue);
  if (!faults) return told;
  const std::string now =
      tx.exec1("select pg_catalog.date_trunc('second', pg_catalog.now())")[0].c_str();
  std::vector<pgq::StoredCondition> shown;
  for (const pgq::Condition& fault : *faults) {
    const auto stored = std::ranges::find_if(told, [&](const pgq::StoredCondition& before) {
      return before.condition.kind == fault.kind && before.condition.subject == fault.subject;
    });
    shown.push_back({fault, stored == told.end() ? now : stored->since});
  }
  for (pgq::StoredCondition& other : told)
    if (!tables::IsTableFault(other.condition.kind)) shown.push_back(std::move(other));
  std::ranges::stable_sort(shown, std::greater<>(),
                           [](const auto& condition) { return condition.condition.severity; });
  return shown;
}

}  // namespace londiste::node
