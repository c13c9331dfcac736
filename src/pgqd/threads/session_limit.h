// Limits how many sessions pgqd opens at the same moment for a short look or a task.
//
// With hundreds of databases all of them would be looked at together at the start, and again each
// period: as many sessions as databases, more than the server has. So they queue up here, and few
// go through at once. A visit that takes long no longer counts after kPatience: one hung database
// never keeps another waiting for longer than that. Any thread.
#pragma once

#include <list>
#include <mutex>

#include "base/clock.h"
#include "base/interrupt.h"

namespace pgqd {

class SessionLimit {
 public:
  static constexpr int kAtOnce = 6;
  static constexpr base::Duration kPatience{1000};

  explicit SessionLimit(base::Duration patience = kPatience) : patience_(patience) {}

  // Held during a visit. May go before the visit ends; must not outlive the limit.
  class Pass {
   public:
    Pass(Pass&& other) noexcept;
    Pass& operator=(Pass&&) = delete;
    ~Pass() { GiveBack(); }
    void GiveBack();

   private:
    friend class SessionLimit;
    using Place = std::list<base::Clock::time_point>::iterator;
    Pass(SessionLimit* owner, Place place) : owner_(owner), place_(place) {}
    SessionLimit* owner_;
    Place place_;
  };

  // Waits for its turn, in order of arrival. A thread that is told to stop is let through at once.
  // Consumes wake-ups of `interrupt`. Throws base::Interrupted.
  Pass Enter(base::Interrupt& interrupt);

 private:
  bool TryEnter(base::Interrupt& interrupt, bool anyway, base::Deadline& again);
  void WakeNext();

  const base::Duration patience_;
  std::mutex mutex_;                           // all that follows
  std::list<base::Clock::time_point> inside_;  // oldest first
  std::list<base::Interrupt*> waiting_;
};

}  // namespace pgqd
