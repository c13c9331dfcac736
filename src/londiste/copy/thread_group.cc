#include "londiste/copy/thread_group.h"

#include <algorithm>
#include <utility>

namespace londiste::copy {
namespace {

constexpr base::Duration kRound{250};

}  // namespace

ThreadGroup::ThreadGroup(base::Interrupt& owner, int size,
                         std::function<void(base::Interrupt&)> work)
    : owner_(owner), work_(std::move(work)) {
  for (int i = 0; i < size; ++i)
    threads_.emplace_back([this](base::Interrupt& own) { Main(own); }, &owner_);
  on_cancel_ = owner_.OnCancel([this] { CancelAll(); });
}

ThreadGroup::~ThreadGroup() { CancelAll(); }  // each is awaited then

void ThreadGroup::Main(base::Interrupt& own) {
  try {
    work_(own);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    // The first one is the cause; the others end because they are cancelled then.
    if (!failure_) failure_ = std::current_exception();
  }
}

bool ThreadGroup::working() const {
  return std::ranges::any_of(threads_, [](const auto& thread) { return !thread.over(); });
}

std::exception_ptr ThreadGroup::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void ThreadGroup::CancelAll() {
  for (base::CancellableThread& thread : threads_) thread.Cancel();
}

void ThreadGroup::Await(const std::function<void()>& each_round) {
  while (working()) {
    owner_.ThrowIfCancelled();
    if (failure()) {
      CancelAll();
      for (base::CancellableThread& thread : threads_) thread.CancelAndWait();
      break;
    }
    each_round();
    owner_.Sleep(base::Deadline::After(kRound));
  }
  owner_.ThrowIfCancelled();
  if (failure_) std::rethrow_exception(failure_);
  each_round();
}

}  // namespace londiste::copy
