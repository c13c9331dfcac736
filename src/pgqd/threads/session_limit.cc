#include "pgqd/threads/session_limit.h"

#include <algorithm>
#include <utility>

namespace pgqd {

using base::Clock;
using base::Deadline;

SessionLimit::Pass::Pass(Pass&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), place_(other.place_) {}

void SessionLimit::Pass::GiveBack() {
  SessionLimit* owner = std::exchange(owner_, nullptr);
  if (owner == nullptr) return;
  const std::lock_guard lock(owner->mutex_);
  owner->inside_.erase(place_);
  owner->WakeNext();
}

void SessionLimit::WakeNext() {
  if (!waiting_.empty()) waiting_.front()->Wake();
}

// True: `inside_.back()` is the caller's. False: look again at `again`, or when woken.
bool SessionLimit::TryEnter(base::Interrupt& interrupt, bool anyway, Deadline& again) {
  const auto now = Clock::now();
  const auto young = std::find_if(inside_.begin(), inside_.end(),
                                  [&](const auto& since) { return now - since < patience_; });
  const bool room = std::distance(young, inside_.end()) < kAtOnce;
  if (anyway || (room && waiting_.front() == &interrupt)) {
    inside_.push_back(now);
    waiting_.remove(&interrupt);
    WakeNext();
    return true;
  }
  // Those behind the first in the queue are woken by the one before them.
  again = room || waiting_.front() != &interrupt
              ? Deadline::Never()
              : Deadline::After(std::chrono::ceil<base::Duration>(patience_ - (now - *young)));
  return false;
}

SessionLimit::Pass SessionLimit::Enter(base::Interrupt& interrupt) {
  interrupt.ThrowIfCancelled();
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&interrupt);
  }
  for (;;) {
    Deadline again = Deadline::Never();
    {
      const std::lock_guard lock(mutex_);
      if (TryEnter(interrupt, interrupt.stopping(), again))
        return Pass(this, std::prev(inside_.end()));
    }
    try {
      interrupt.Sleep(again);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      waiting_.remove(&interrupt);
      WakeNext();
      throw;
    }
  }
}

}  // namespace pgqd
