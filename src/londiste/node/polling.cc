#include "londiste/node/polling.h"

#include <algorithm>

#include "base/clock.h"
#include "base/error.h"

namespace londiste::node {

void PollUntil(base::Interrupt& interrupt, const std::function<bool()>& done,
               std::chrono::milliseconds remind_every, const std::function<void()>& reminder) {
  constexpr std::chrono::milliseconds kShortest{20}, kLongest{1000};
  std::chrono::milliseconds pause = kShortest;
  base::Deadline next_reminder = base::Deadline::After(remind_every);
  while (!done()) {
    if (interrupt.Sleep(base::Deadline::After(pause)) == base::Interrupt::Woken::kStop)
      throw base::Interrupted();
    pause = std::min(pause * 3 / 2, kLongest);
    if (next_reminder.Passed()) {
      reminder();
      next_reminder = base::Deadline::After(remind_every);
    }
  }
}

}  // namespace londiste::node
