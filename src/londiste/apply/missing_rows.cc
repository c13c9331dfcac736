#include "londiste/apply/missing_rows.h"

#include <chrono>
#include <utility>

namespace londiste::apply {
namespace {

constexpr auto kQuietTime = std::chrono::minutes(1);

}  // namespace

MissingRows::~MissingRows() {
  for (const auto& [name, table] : tables_) Tell(name, table.silent + table.silent_in_batch);
}

void MissingRows::Add(const std::string& table, const std::function<std::string()>& describe,
                      base::Clock::time_point now) {
  Summarise(now);
  PerTable& counted = tables_.try_emplace(table, PerTable{now}).first->second;
  if (counted.told < kLinesPerMinute) {
    ++counted.told;
    warn_(describe());
  } else {
    ++counted.silent_in_batch;
  }
}

void MissingRows::Summarise(base::Clock::time_point now) {
  for (auto place = tables_.begin(); place != tables_.end();) {
    PerTable& table = place->second;
    if (now - table.since < kQuietTime) {
      ++place;
      continue;
    }
    Tell(place->first, std::exchange(table.silent, 0));
    if (table.silent_in_batch > 0) {
      table = {now, 0, 0, table.silent_in_batch};
      ++place;
    } else {
      place = tables_.erase(place);
    }
  }
}

void MissingRows::Committed() {
  for (auto& [name, table] : tables_) table.silent += std::exchange(table.silent_in_batch, 0);
}

void MissingRows::RolledBack() {
  for (auto& [name, table] : tables_) table.silent_in_batch = 0;
}

void MissingRows::Tell(const std::string& table, std::int64_t rows) {
  if (rows > 0)
    warn_("table \"" + table + "\": " + std::to_string(rows) +
          " more rows to update or delete do not exist");
}

}  // namespace londiste::apply
