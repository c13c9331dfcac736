#include "londiste/sync/table_check.h"

#include "londiste/sync/table_faults.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kEvery{60'000};

}  // namespace

void TableCheck::Run(pg::Connection& connection, const std::string& queue, When when,
                     pgq::Conditions& conditions) {
  const auto now = base::Clock::now();
  if (when == When::kIfDue && now < next_) return;
  next_ = now + kEvery;
  pqxx::nontransaction tx(connection);
  const auto faults = FindTableFaults(tx, queue);
  if (!faults) return;
  for (const std::string_view kind : kTableFaults) {
    std::vector<pgq::Condition> of_kind;
    for (const pgq::Condition& fault : *faults)
      if (fault.kind == kind) of_kind.push_back(fault);
    conditions.Replace(kind, std::move(of_kind));
  }
}

}  // namespace londiste::sync
