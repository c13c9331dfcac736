// Keeps what happens again and again from filling a log: the first of a kind is told, then once a
// minute how many there were.
//
// Says when to speak, and leaves the words to the caller. Belongs to one thread, or to whoever
// holds the lock around it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"

namespace base {

struct Repeats {
  int times;
  Clock::duration within;
};

class RepeatedMessages {
 public:
  using Now = std::function<Clock::time_point()>;

  struct Limits {
    int in_full = 1;  // so many of a kind are told one by one before the counting begins
    Clock::duration every = std::chrono::minutes(1);
  };
  RepeatedMessages() : RepeatedMessages(Limits{}) {}
  explicit RepeatedMessages(Limits limits, Now now = Clock::now)
      : limits_(limits), now_(std::move(now)) {}

  // One more of this kind. Nothing: it only counts. Otherwise it is time to tell it: how many came
  // since one was told, this one among them, and how long ago that was.
  std::optional<Repeats> Add(const std::string& kind);
  // The next one of this kind is a first one.
  void Forget(const std::string& kind) { seen_.erase(kind); }
  // All is well again: the next one of any kind is a first one. How many there were in all, if
  // any, and how long ago the first was.
  std::optional<Repeats> Clear();

 private:
  struct Seen {
    Clock::time_point told;
    int in_full = 0;  // since the counting of a minute began
    int since = 0;    // since the last that was told
  };
  Limits limits_;
  Now now_;
  std::map<std::string, Seen> seen_;
  int all_ = 0;  // since Clear
  Clock::time_point first_{};
};

}  // namespace base
