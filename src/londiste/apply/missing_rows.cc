#include "londiste/apply/missing_rows.h"

#include <chrono>

namespace londiste::apply {
namespace {

constexpr auto kQuietTime = std::chrono::minutes(1);

}  // namespace

void MissingRows::Add(const std::string& table, const std::function<std::string()>& describe,
                      base::Clock::time_point now) {
  Summarise(now);
  const auto [place, is_new] = tables_.try_emplace(table, PerTable{now, 0});
  if (is_new) {
    warn_(describe());
  } else {
    ++place->second.silent;
  }
}

void MissingRows::Summarise(base::Clock::time_point now) {
  for (auto place = tables_.begin(); place != tables_.end();) {
    const PerTable& table = place->second;
    if (now - table.logged < kQuietTime) {
      ++place;
      continue;
    }
    if (table.silent > 0)
      warn_("table \"" + place->first + "\": " + std::to_string(table.silent) +
            " more rows to change were not there");
    place = tables_.erase(place);
  }
}

}  // namespace londiste::apply
