#include "londiste/sync/table_check.h"

#include <algorithm>

#include "londiste/tables/table_faults.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kEvery{60'000};
constexpr int kPausePerLook = 50;  // with hundreds of tables a look takes a while

}  // namespace

void TableCheck::TablesChanged() {
  next_ = std::min(next_, not_before_);
  changed_ = true;
}

std::optional<base::Clock::time_point> TableCheck::Awaits() const {
  return changed_ ? std::optional(next_) : std::nullopt;
}

void TableCheck::RunIfDue(pg::Connection& connection, const std::string& queue,
                          pgq::Conditions& conditions) {
  const auto start = base::Clock::now();
  if (start < next_) return;
  next_ = not_before_ = start + kEvery;  // when it fails, too
  changed_ = false;
  pqxx::nontransaction tx(connection);
  const auto faults = tables::FindTableFaults(tx, queue);
  const auto end = base::Clock::now();
  not_before_ = end + (end - start) * kPausePerLook;
  if (!faults) return;
  for (const std::string_view kind : tables::kTableFaults) {
    std::vector<pgq::Condition> of_kind;
    for (const pgq::Condition& fault : *faults)
      if (fault.kind == kind) of_kind.push_back(fault);
    conditions.Replace(kind, std::move(of_kind));
  }
}

}  // namespace londiste::sync
