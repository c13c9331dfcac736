// Keeps a comparison from taking more than a share of the servers' time: each session rests after
// each piece that it has read. It does so within the snapshot, which VACUUM has to respect, for as
// long as that may last; what is left is owed, for a time without one.
//
// Made by who compares; Rest is called by the threads that read.
#pragma once

#include <atomic>
#include <mutex>

#include "base/clock.h"
#include "base/interrupt.h"

namespace londiste::compare {

class Throttle {
 public:
  // `share`: of the time that a session may read, more than 0 and at most 1. `sessions`: on both
  // sides together.
  Throttle(double share, int sessions) : share_(share), sessions_(sessions) {}

  // The snapshot is another one; rest is taken until then.
  void Begin(base::Deadline rest_until);
  // After so much work, until it is time to go on, or somebody has `failed`. Throws
  // base::Interrupted.
  void Rest(base::Interrupt& interrupt, base::Clock::duration worked,
            const std::atomic<bool>& failed);
  // What is owed, of which it is told once.
  base::Clock::duration TakeDebt();

 private:
  const double share_;
  const int sessions_;
  std::mutex mutex_;
  base::Deadline rest_until_ = base::Deadline::Never();
  base::Clock::duration debt_{0};  // of all sessions
};

}  // namespace londiste::compare
