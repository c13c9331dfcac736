// How long an idle worker waits before it asks for the next batch by itself. Notifications wake it;
// polling is for the case that they do not come.
#pragma once

#include <algorithm>

#include "base/growing_pause.h"

namespace cascade {

class PollPacer {
 public:
  static constexpr base::Duration kSlowest{30'000};

  // A batch was found. `after_wake`: a notification had ended the wait; otherwise the wait had run
  // out, and batches seem to come unannounced (a ticker that sends no notifications, a connection
  // pooler). Not to be called for batches found without any wait.
  void Found(bool after_wake) {
    announced_ = after_wake;
    if (!announced_) idle_.Reset();
  }
  // `listening`: the notification session is up now. Grows from `loop_delay` to kSlowest while
  // announcements work, else stays at `loop_delay`.
  base::Duration NextWait(bool listening, base::Duration loop_delay) {
    if (!listening || !announced_) return loop_delay;
    idle_.Change(loop_delay, std::max(loop_delay, kSlowest));
    return idle_.Next();
  }

 private:
  bool announced_ = false;
  base::GrowingPause idle_{{.first = kSlowest, .longest = kSlowest}};
};

}  // namespace cascade
