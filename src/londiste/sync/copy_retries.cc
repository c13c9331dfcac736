#include "londiste/sync/copy_retries.h"

#include <algorithm>

namespace londiste::sync {
namespace {

constexpr base::Duration kHold{1'000};
constexpr int kSeldom = 10;  // how much more so what somebody has to mend

}  // namespace

bool CopyRetries::MayStart(const std::string& table, base::Clock::time_point now) const {
  const auto found = entries_.find(table);
  return found == entries_.end() || now >= found->second.not_before;
}

base::Duration CopyRetries::Failed(const std::string& table, pg::ErrorClass error_class,
                                   base::Clock::time_point now) {
  Entry& entry = entries_[table];
  const base::Duration longest =
      error_class == pg::ErrorClass::kTransient ? longest_ : longest_ * kSeldom;
  const base::Duration pause = entry.after_failure.Next(std::max(longest, kFirstPause));
  entry.not_before = now + pause;
  entry.reason.clear();
  return pause;
}

bool CopyRetries::NotReady(const std::string& table, const std::string& reason,
                           base::Clock::time_point now) {
  Entry& entry = entries_[table];
  entry.not_before = now + entry.between_looks.Next();
  const bool news = entry.reason != reason;
  entry.reason = reason;
  return news;
}

void CopyRetries::HoldBack(const std::string& table, base::Clock::time_point now) {
  entries_[table] = Entry{.not_before = now + kHold, .reason = {}};
}

std::optional<base::Clock::time_point> CopyRetries::NextEnd(base::Clock::time_point now) const {
  std::optional<base::Clock::time_point> next;
  for (const auto& [table, entry] : entries_)
    if (entry.not_before > now && (!next || entry.not_before < *next)) next = entry.not_before;
  return next;
}

}  // namespace londiste::sync
