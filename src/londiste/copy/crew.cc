#include "londiste/copy/crew.h"

namespace londiste::copy {
namespace {

constexpr base::Duration kRound{250};

}  // namespace

Crew::Crew(base::Interrupt& boss, int size, std::function<void(base::Interrupt&)> work)
    : boss_(boss), work_(std::move(work)) {
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
  on_cancel_ = boss_.OnCancel([this] { CancelAll(); });
}

Crew::~Crew() {
  // Again and again: a cancel request may reach the server between two statements.
  while (working() > 0) {
    CancelAll();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (Member& member : members_) member.thread.join();
}

void Crew::Main(Member& member) noexcept {
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
  boss_.Wake();
}

int Crew::working() const {
  const std::lock_guard lock(mutex_);
  return working_;
}

std::exception_ptr Crew::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Crew::CancelAll() {
  for (Member& member : members_) member.interrupt.Cancel();
}

void Crew::Await(const std::function<void()>& each_round) {
  while (working() > 0) {
    boss_.ThrowIfCancelled();
    if (failure()) break;
    each_round();
    boss_.Sleep(base::Deadline::After(kRound));
  }
  while (working() > 0) {
    CancelAll();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  boss_.ThrowIfCancelled();
  if (failure_) std::rethrow_exception(failure_);
  each_round();
}

}  // namespace londiste::copy
