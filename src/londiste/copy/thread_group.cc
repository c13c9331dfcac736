#include "londiste/copy/thread_group.h"

namespace londiste::copy {
namespace {

constexpr base::Duration kRound{250};

}  // namespace

ThreadGroup::ThreadGroup(base::Interrupt& owner, int size,
                         std::function<void(base::Interrupt&)> work)
    : owner_(owner), work_(std::move(work)) {
  try {
    for (int i = 0; i < size; ++i) {
      Member& member = members_.emplace_back();
      const std::lock_guard lock(mutex_);
      member.thread = std::thread([this, &member] { Main(member); });
      ++working_;
    }
  } catch (...) {  // no thread to be had: the destructor does not run
    CancelAll();
    for (Member& member : members_)
      if (member.thread.joinable()) member.thread.join();
    throw;
  }
  on_cancel_ = owner_.OnCancel([this] { CancelAll(); });
}

ThreadGroup::~ThreadGroup() {
  // Again and again: a cancel request may reach the server between two statements.
  while (working() > 0) {
    CancelAll();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (Member& member : members_) member.thread.join();
}

void ThreadGroup::Main(Member& member) noexcept {
  std::exception_ptr failure;
  try {
    work_(member.interrupt);
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    --working_;
    // The first one is the cause; the others end because they are cancelled then.
    if (failure && !failure_) failure_ = failure;
  }
  owner_.Wake();
}

int ThreadGroup::working() const {
  const std::lock_guard lock(mutex_);
  return working_;
}

std::exception_ptr ThreadGroup::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void ThreadGroup::CancelAll() {
  for (Member& member : members_) member.interrupt.Cancel();
}

void ThreadGroup::Await(const std::function<void()>& each_round) {
  while (working() > 0) {
    owner_.ThrowIfCancelled();
    if (failure()) break;
    each_round();
    owner_.Sleep(base::Deadline::After(kRound));
  }
  while (working() > 0) {
    CancelAll();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  owner_.ThrowIfCancelled();
  if (failure_) std::rethrow_exception(failure_);
  each_round();
}

}  // namespace londiste::copy
