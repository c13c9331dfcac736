#include "base/poll_until.h"

#include "base/error.h"
#include "base/growing_pause.h"

namespace base {
namespace {

// From a few milliseconds on: a switch-over waits for workers that answer within that.
GrowingPause PauseBetweenLooks() {
  return GrowingPause({.first = Duration(5), .longest = Duration(1000), .factor = 1.3});
}

void PauseOnce(Interrupt& interrupt, Duration pause) {
  if (interrupt.Sleep(Deadline::After(pause)) == Interrupt::Woken::kStop) throw Interrupted();
}

}  // namespace

void PollUntil(Interrupt& interrupt, const std::function<bool()>& done, Duration remind_every,
               const std::function<void()>& reminder) {
  GrowingPause pause = PauseBetweenLooks();
  Deadline next_reminder = Deadline::After(remind_every);
  while (!done()) {
    PauseOnce(interrupt, pause.Next());
    if (next_reminder.Passed()) {
      reminder();
      next_reminder = Deadline::After(remind_every);
    }
  }
}

bool PollUntil(Interrupt& interrupt, const std::function<bool()>& done, Deadline deadline) {
  GrowingPause pause = PauseBetweenLooks();
  while (!done()) {
    if (deadline.Passed()) return false;
    PauseOnce(interrupt, pause.Next());
  }
  return true;
}

}  // namespace base
