// How one thread is told to stop, to give up at once, or just to look again.
//
// An Interrupt belongs to the one thread that waits on it (worker thread, copy thread, pgqd's
// database thread); any thread may raise it. It outlives all connections and waits made with it.
// Levels only rise: kNone -> kStop -> kCancel.
//
//   Wake()    ends the current or the next idle wait, nothing else (a notification, a reload, a
//   finished copy) Stop()    idle waits end at once and throw nothing; running statements go on;
//   the loop looks at stopping() between batches
//             (Wake and Stop may be called from a signal handler)
//   Cancel()  additionally running statements are cancelled (callbacks below) and waits throw
//   base::Interrupted
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>

#include "base/clock.h"

namespace base {

class Interrupt {
 public:
  enum class Level { kNone, kStop, kCancel };

  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void Wake();
  void Stop();
  // May be called again and again until the thread has ended: each call runs the callbacks once
  // more, since a cancel request can reach a server between two statements and be lost there.
  void Cancel();

  Level level() const { return level_.load(); }
  bool stopping() const { return level() != Level::kNone; }
  bool cancelled() const { return level() == Level::kCancel; }
  // Throws Interrupted after Cancel().
  void ThrowIfCancelled() const;

  // Readable (poll for POLLIN) once Wake, Stop or Cancel was called and until ClearWake(); after
  // Stop or Cancel it stays readable.
  int wake_fd() const { return wake_fd_; }
  // Readable for ever after Cancel(); for waits inside a statement, which Wake and Stop do not end.
  int cancel_fd() const { return cancel_fd_; }
  void ClearWake();

  enum class Woken { kTimeout, kWake, kStop };
  // Sleeps at most until `deadline`; a pending Wake ends it at once (and is consumed). Throws
  // Interrupted after Cancel().
  Woken Sleep(Deadline deadline);

  // Runs `on_cancel` at each Cancel(), on the calling thread of Cancel(), until the registration is
  // destroyed. The callback must be quick or bounded, must not throw and must not touch this
  // Interrupt.
  class Registration {
   public:
    Registration() = default;
    Registration(Registration&&) noexcept;
    Registration& operator=(Registration&&) noexcept;
    ~Registration();

   private:
    friend class Interrupt;
    using Entry = std::list<std::function<void()>>::iterator;
    Registration(Interrupt* owner, Entry entry) : owner_(owner), entry_(entry) {}
    Interrupt* owner_ = nullptr;
    Entry entry_;
  };
  Registration OnCancel(std::function<void()> on_cancel);

 private:
  std::atomic<Level> level_{Level::kNone};
  int wake_fd_ = -1;
  int cancel_fd_ = -1;
  std::mutex mutex_;  // callbacks_; held while they run, so that a connection cannot be closed
                      // under its cancel
  std::list<std::function<void()>> callbacks_;
};

}  // namespace base
