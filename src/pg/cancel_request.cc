#include "pg/cancel_request.h"

#include <pthread.h>
#include <signal.h>

#include <array>
#include <ctime>

namespace pg {
namespace {

// Keeps SIGPIPE from this thread; one that came meanwhile is dropped.
class SigpipeBlock {
 public:
  SigpipeBlock() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    was_pending_ = Pending();
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~SigpipeBlock() {
    const timespec at_once{};
    if (!was_pending_ && Pending()) sigtimedwait(&sigpipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;

 private:
  static bool Pending() {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
  }

  sigset_t sigpipe_{}, before_{};
  bool was_pending_ = false;
};

}  // namespace

void CancelRequest::Send() noexcept {
  if (cancel_ == nullptr) return;
  const SigpipeBlock block;
  std::array<char, 256> error{};
  PQcancel(cancel_, error.data(), static_cast<int>(error.size()));
}

}  // namespace pg
