#include "londiste/sync/wake_timer.h"

namespace londiste::sync {
namespace {

constexpr auto kNever = base::Clock::time_point::max();

}  // namespace

void WakeTimer::Set(base::Clock::time_point when) {
  {
    const std::lock_guard lock(mutex_);
    if (when == when_) return;
    when_ = when;
  }
  if (thread_)
    thread_->Wake();
  else
    thread_.emplace([this](base::Interrupt& own) { Run(own); });
}

void WakeTimer::Run(base::Interrupt& own) {
  for (;;) {
    base::Deadline next = base::Deadline::Never();
    {
      const std::lock_guard lock(mutex_);
      if (when_ != kNever && base::Clock::now() >= when_) {
        when_ = kNever;
        wake_.Wake();
      }
      if (when_ != kNever) next = base::Deadline::At(when_);
    }
    own.Sleep(next);
  }
}

}  // namespace londiste::sync
