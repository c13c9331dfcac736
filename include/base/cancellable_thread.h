// A thread with the Interrupt that belongs to it: runs one function, can be told to stop or to give
// up, and is never left behind.
//
// Made, asked and destroyed by its owner, on one thread at a time, or under the owner's lock; Wake,
// Stop, Cancel and over() may be called from any thread while it exists. Everything that the
// function uses must outlive this object, so among the members of a class it is the last.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/interrupt.h"

namespace base {

class CancellableThread {
 public:
  using Work = std::function<void(Interrupt&)>;

  // Starts the thread. `work` returns soon after its Interrupt is stopped, and may let
  // base::Interrupted out after a cancel. `owner`, if there is one, is woken once the thread is
  // over; it must outlive this object. Throws std::system_error when there is no thread to be had.
  explicit CancellableThread(Work work, Interrupt* owner = nullptr);
  // Cancels until the function has returned, then joins. What it threw and nobody asked for is
  // dropped.
  ~CancellableThread();
  CancellableThread(const CancellableThread&) = delete;
  CancellableThread& operator=(const CancellableThread&) = delete;

  void Wake() { interrupt_.Wake(); }
  void Stop() { interrupt_.Stop(); }
  // Once; one that is lost on its way to a server is repeated by CancelAndWait and the destructor.
  void Cancel() { interrupt_.Cancel(); }
  bool cancelled() const { return interrupt_.cancelled(); }

  // The function has returned or thrown, and touches nothing any more.
  bool over() const;
  // Waits without disturbing it; whether it is over by the deadline.
  bool Wait(Deadline deadline);
  // Cancels, again and again, until it is over: a cancel request may reach the server between two
  // statements and be lost there.
  void CancelAndWait() noexcept;
  // Waits without disturbing it until it is over, then throws what it threw (base::Interrupted,
  // too).
  void Join();
  // What the function threw; nullptr when nothing, or while it is not over.
  std::exception_ptr failure() const;

 private:
  void Run(const Work& work, Interrupt* owner) noexcept;

  Interrupt interrupt_;
  mutable std::mutex mutex_;  // over_, failure_
  std::condition_variable ended_;
  bool over_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace base
