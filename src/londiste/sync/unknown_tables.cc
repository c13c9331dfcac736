#include "londiste/sync/unknown_tables.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kCountEvery{60'000};
constexpr base::Duration kForgetAfter{3'600'000};

}  // namespace

void UnknownTables::Count(std::string_view table) {
  const auto found = in_batch_.find(table);
  if (found != in_batch_.end())
    ++found->second;
  else
    in_batch_.emplace(table, 1);
}

void UnknownTables::Committed() {
  const auto now = base::Clock::now();
  for (const auto& [table, events] : in_batch_) {
    Seen& seen = seen_[table];
    seen.events += events;
    seen.last = now;
  }
  in_batch_.clear();
}

void UnknownTables::Report(const tables::TableList& tables,
                           const std::function<bool(const std::string&)>& wanted,
                           const std::string& queue, pgq::Conditions& conditions) {
  if (seen_.empty()) return;
  const auto now = base::Clock::now();
  const bool count = now >= next_count_;
  if (count) next_count_ = now + kCountEvery;
  for (auto it = seen_.begin(); it != seen_.end();) {
    auto& [table, seen] = *it;
    if (tables.Find(table) || !wanted(table) || now > seen.last + kForgetAfter) {
      conditions.Clear(kUnknownTable, table);
      it = seen_.erase(it);
      continue;
    }
    if (seen.told == 0 || (count && seen.told != seen.events)) {
      conditions.Set(
          {.kind = kUnknownTable,
           .subject = table,
           .message = "table \"" + table + "\" is not registered in queue \"" + queue +
                      "\": its changes are left out (" + std::to_string(seen.events) + " so far)",
           .hint =
               "If a table was renamed on the root, use remove-table with its old name there, "
               "then add-table with the new one; otherwise drop the trigger that publishes it."});
      seen.told = seen.events;
    }
    ++it;
  }
}

}  // namespace londiste::sync
