// How long to wait before the next attempt, or the next look: little at first, then longer each
// time up to a limit, and where several wait for the same thing never all of them in step.
//
// A value that belongs to whoever waits, one for each thing that is waited for; copying it copies
// how far it has grown. One thread at a time.
#pragma once

#include <functional>

#include "base/clock.h"

namespace base {

// What a pause is multiplied by: chance decides where between the two. The same twice: nothing.
struct Jitter {
  double from = 1, to = 1;
};

// Up to a quarter less or more: for many who wait for the same server.
inline constexpr Jitter kSpread{0.75, 1.25};

struct PauseGrowth {
  Duration first;
  Duration longest;  // before the jitter
  double factor = 2;
  Jitter jitter{};
};

class GrowingPause {
 public:
  // `random01`: numbers in [0, 1); the default is a pseudo-random generator of the thread.
  explicit GrowingPause(PauseGrowth growth, std::function<double()> random01 = {});

  // The next pause, which is `factor` times the one before.
  Duration Next() { return Next(growth_.longest); }
  // The same where the limit depends on what is waited for this time.
  Duration Next(Duration longest);
  // It went well: the next pause is the first one again.
  void Reset() { taken_ = 0; }

  // Pauses since the start or the last Reset, which is failures in a row where one follows each.
  int taken() const { return taken_; }
  // Other limits from now on, as after a reload; how far it has grown stays.
  void Change(Duration first, Duration longest);

 private:
  PauseGrowth growth_;
  std::function<double()> random01_;
  int taken_ = 0;
};

// For sessions and whole batches that failed: from 200 ms, doubling, never longer than the limit.
GrowingPause PauseAfterFailure(Duration longest, std::function<double()> random01 = {});

}  // namespace base
