#include "londiste/sync/wake_timer.h"

namespace londiste::sync {

WakeTimer::~WakeTimer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WakeTimer::Set(base::Clock::time_point when) {
  {
    const std::lock_guard lock(mutex_);
    if (when == when_) return;
    when_ = when;
  }
  changed_.notify_all();
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
}

void WakeTimer::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (when_ == base::Clock::time_point::max()) {
      changed_.wait(lock);
    } else if (base::Clock::now() < when_) {
      changed_.wait_until(lock, when_);
    } else {
      when_ = base::Clock::time_point::max();
      wake_.Wake();
    }
  }
}

}  // namespace londiste::sync
