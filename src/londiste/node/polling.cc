#include "londiste/node/polling.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/growing_pause.h"

namespace londiste::node {

void PollUntil(base::Interrupt& interrupt, const std::function<bool()>& done,
               std::chrono::milliseconds remind_every, const std::function<void()>& reminder) {
  base::GrowingPause pause(
      {.first = base::Duration(20), .longest = base::Duration(1000), .factor = 1.5});
  base::Deadline next_reminder = base::Deadline::After(remind_every);
  while (!done()) {
    if (interrupt.Sleep(base::Deadline::After(pause.Next())) == base::Interrupt::Woken::kStop)
      throw base::Interrupted();
    if (next_reminder.Passed()) {
      reminder();
      next_reminder = base::Deadline::After(remind_every);
    }
  }
}

}  // namespace londiste::node
