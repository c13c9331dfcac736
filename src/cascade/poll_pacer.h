// How long an idle worker waits before it asks for the next batch by itself. Notifications wake it;
// polling is for the case that they do not come.
#pragma once

#include "base/clock.h"

namespace cascade {

class PollPacer {
 public:
  static constexpr base::Duration kSlowest{30'000};

  // A batch was found. `after_wake`: a notification had ended the wait; otherwise the wait had run
  // out, and batches seem to come unannounced (a ticker that sends no notifications, a connection
  // pooler). Not to be called for batches found without any wait.
  void Found(bool after_wake) {
    announced_ = after_wake;
    if (!announced_) idle_rounds_ = 0;
  }
  // `listening`: the notification session is up now. Grows from `loop_delay` to kSlowest while
  // announcements work, else stays at `loop_delay`.
  base::Duration NextWait(bool listening, base::Duration loop_delay) {
    if (!listening || !announced_) return loop_delay;
    base::Duration wait = loop_delay;
    for (int i = 0; i < idle_rounds_ && wait < kSlowest; ++i) wait *= 2;
    if (wait < kSlowest) ++idle_rounds_;
    return wait > kSlowest ? (loop_delay > kSlowest ? loop_delay : kSlowest) : wait;
  }

 private:
  bool announced_ = false;
  int idle_rounds_ = 0;
};

}  // namespace cascade
