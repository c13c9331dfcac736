#include "londiste/sync/copy_retries.h"

#include <algorithm>

namespace londiste::sync {
namespace {

constexpr base::Duration kFirstPause{500}, kLongestLook{10'000}, kHold{1'000};
constexpr int kMostDoublings = 20;
constexpr int kSeldom = 10;  // how much more so what somebody has to mend

base::Duration Doubled(base::Duration pause, int times, base::Duration longest) {
  return std::min<base::Duration>(pause * (1L << std::min(times, kMostDoublings)), longest);
}

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
  const base::Duration pause =
      Doubled(kFirstPause, entry.failures++, std::max(longest, kFirstPause));
  // A fifth less or more, so that many tables that failed together do not come back together.
  const base::Duration jitter(
      std::uniform_int_distribution<std::int64_t>(-pause.count() / 5, pause.count() / 5)(random_));
  entry.not_before = now + pause + jitter;
  entry.reason.clear();
  return pause + jitter;
}

bool CopyRetries::NotReady(const std::string& table, const std::string& reason,
                           base::Clock::time_point now) {
  Entry& entry = entries_[table];
  entry.not_before = now + Doubled(kFirstPause, entry.looks++, kLongestLook);
  const bool news = entry.reason != reason;
  entry.reason = reason;
  return news;
}

void CopyRetries::HoldBack(const std::string& table, base::Clock::time_point now) {
  entries_[table] = Entry{now + kHold, 0, 0, {}};
}

std::optional<base::Clock::time_point> CopyRetries::NextEnd(base::Clock::time_point now) const {
  std::optional<base::Clock::time_point> next;
  for (const auto& [table, entry] : entries_)
    if (entry.not_before > now && (!next || entry.not_before < *next)) next = entry.not_before;
  return next;
}

}  // namespace londiste::sync
