#include "base/cancellable_thread.h"

#include <chrono>
#include <utility>

namespace base {
namespace {

// Longer than a cancel request takes, on most days.
constexpr Duration kCancelAgain{50};

}  // namespace

CancellableThread::CancellableThread(Work work, Interrupt* owner)
    : thread_([this, work = std::move(work), owner]() mutable {
        // What the function holds is gone before the thread counts as over.
        const auto once = [&work](Interrupt& interrupt) {
          const Work held = std::exchange(work, nullptr);
          held(interrupt);
        };
        Run(once, owner);
      }) {}

CancellableThread::~CancellableThread() {
  CancelAndWait();
  thread_.join();
}

void CancellableThread::Run(const Work& work, Interrupt* owner) noexcept {
  std::exception_ptr failure;
  try {
    work(interrupt_);
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    over_ = true;
    ended_.notify_all();
  }
  if (owner != nullptr) owner->Wake();
}

bool CancellableThread::over() const {
  const std::lock_guard lock(mutex_);
  return over_;
}

std::exception_ptr CancellableThread::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

bool CancellableThread::Wait(Deadline deadline) {
  std::unique_lock lock(mutex_);
  while (!over_ && !deadline.Passed()) {
    if (deadline.never())
      ended_.wait(lock);
    else
      ended_.wait_for(lock, Duration(deadline.PollTimeout()));
  }
  return over_;
}

void CancellableThread::CancelAndWait() noexcept {
  while (!over()) {
    interrupt_.Cancel();
    Wait(Deadline::After(kCancelAgain));
  }
}

void CancellableThread::Join() {
  Wait(Deadline::Never());
  if (const std::exception_ptr failure = this->failure()) std::rethrow_exception(failure);
}

}  // namespace base
