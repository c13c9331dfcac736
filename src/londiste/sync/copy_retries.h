// When the next attempt at each table's copy may begin. Worker's thread only.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>

#include "base/clock.h"
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
  struct Entry {
    base::Clock::time_point not_before{};
    int failures = 0, looks = 0;
    std::string reason;
  };
  base::Duration longest_;
  std::map<std::string, Entry> entries_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace londiste::sync
