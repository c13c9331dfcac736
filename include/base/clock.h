// Monotonic time and deadlines. Every wait of the suite has a Deadline.
#pragma once

#include <chrono>
#include <optional>

namespace base {

using Clock = std::chrono::steady_clock;
using Duration = std::chrono::milliseconds;

class Deadline {
 public:
  static Deadline Never() { return Deadline(); }
  static Deadline After(Clock::duration wait) { return Deadline(Clock::now() + wait); }
  static Deadline At(Clock::time_point at) { return Deadline(at); }

  bool never() const { return !at_.has_value(); }
  bool Passed() const { return at_ && Clock::now() >= *at_; }

  // For poll(2): milliseconds left rounded up, 0 when passed, -1 for "never".
  int PollTimeout() const;

 private:
  Deadline() = default;
  explicit Deadline(Clock::time_point at) : at_(at) {}
  std::optional<Clock::time_point> at_;
};

}  // namespace base
