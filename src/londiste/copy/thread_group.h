// Threads that do one job together, each with connections and an Interrupt of its own.
//
// Made, awaited and destroyed on the thread that owns `owner`; cancelling `owner` cancels them all.
#pragma once

#include <exception>
#include <functional>
#include <list>
#include <mutex>

#include "base/cancellable_thread.h"
#include "base/interrupt.h"

namespace londiste::copy {

class ThreadGroup {
 public:
  // Starts `size` threads that run `work` with the thread's Interrupt. `owner` outlives the group
  // and is woken when one of them ends.
  ThreadGroup(base::Interrupt& owner, int size, std::function<void(base::Interrupt&)> work);
  ~ThreadGroup();  // cancels those that still work, and waits

  // Until all have returned; `each_round` runs on the calling thread a few times a second. When one
  // throws, the others are cancelled and what it threw is thrown here. base::Interrupted when
  // `owner` is cancelled.
  void Await(const std::function<void()>& each_round);

 private:
  void Main(base::Interrupt& own);
  bool working() const;
  std::exception_ptr failure() const;
  void CancelAll();

  base::Interrupt& owner_;
  const std::function<void(base::Interrupt&)> work_;
  mutable std::mutex mutex_;  // failure_
  std::exception_ptr failure_;
  std::list<base::CancellableThread> threads_;  // these use all the others
  base::Interrupt::Registration on_cancel_;
};

}  // namespace londiste::copy
