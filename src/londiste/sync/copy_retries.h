// When the next attempt at each table's copy may begin. Worker's thread only.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/growing_pause.h"
#include "pg/error_class.h"

namespace londiste::sync {

class CopyRetries {
 public:
  // `longest`: the pause that repeated failures grow to; of those that somebody has to mend ten
  // times that.
  explicit CopyRetries(base::Duration longest) : longest_(longest) {}

  void SetLongest(base::Duration longest) { longest_ = longest; }
  bool MayStart(const std::string& table, base::Clock::time_point now) const;
  // Returns the pause, for the log.
  base::Duration Failed(const std::string& table, pg::ErrorClass error_class,
                        base::Clock::time_point now);
  // The provider is not ready: look again soon. True when `reason` is news.
  bool NotReady(const std::string& table, const std::string& reason, base::Clock::time_point now);
  // Its copy was stopped from outside: leaves whoever did that a moment, e.g. to remove the table.
  void HoldBack(const std::string& table, base::Clock::time_point now);
  // When the next pause that is not over yet ends.
  std::optional<base::Clock::time_point> NextEnd(base::Clock::time_point now) const;
  void Forget(const std::string& table) { entries_.erase(table); }

 private:
  static constexpr base::Duration kFirstPause{500}, kLongestLook{10'000};
  struct Entry {
    base::Clock::time_point not_before{};
    // A fifth less or more after a failure: many tables that failed together do not come back
    // together.
    base::GrowingPause after_failure{
        {.first = kFirstPause, .longest = kLongestLook, .jitter = {.from = 0.8, .to = 1.2}}};
    base::GrowingPause between_looks{{.first = kFirstPause, .longest = kLongestLook}};
    std::string reason;
  };
  base::Duration longest_;
  std::map<std::string, Entry> entries_;
};

}  // namespace londiste::sync
