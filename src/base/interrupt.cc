#include "base/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace base {
namespace {

int NewEventFd() {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) throw Error(std::string("could not create eventfd: ") + std::strerror(errno));
  return fd;
}

void Signal(int fd) {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the descriptor is readable anyway.
  [[maybe_unused]] const ssize_t written = write(fd, &one, sizeof one);
}

}  // namespace

Interrupt::Interrupt() : wake_fd_(NewEventFd()) {
  try {
    cancel_fd_ = NewEventFd();
  } catch (...) {
    close(wake_fd_);
    throw;
  }
}

Interrupt::~Interrupt() {
  close(wake_fd_);
  close(cancel_fd_);
}

void Interrupt::Wake() { Signal(wake_fd_); }

void Interrupt::Stop() {
  Level none = Level::kNone;
  level_.compare_exchange_strong(none, Level::kStop);
  Signal(wake_fd_);
}

void Interrupt::Cancel() {
  level_ = Level::kCancel;
  Signal(cancel_fd_);
  Signal(wake_fd_);
  const std::lock_guard lock(mutex_);
  for (const auto& on_cancel : callbacks_) on_cancel();
}

void Interrupt::ThrowIfCancelled() const {
  if (cancelled()) throw Interrupted();
}

void Interrupt::ClearWake() {
  if (stopping()) return;
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake_fd_, &count, sizeof count);
  if (stopping()) Signal(wake_fd_);  // Stop came between the test and the read
}

Interrupt::Woken Interrupt::Sleep(Deadline deadline) {
  for (;;) {
    ThrowIfCancelled();
    if (stopping()) return Woken::kStop;
    pollfd waited{wake_fd_, POLLIN, 0};
    const int ready = poll(&waited, 1, deadline.PollTimeout());
    if (ready < 0 && errno != EINTR)
      throw Error(std::string("could not poll: ") + std::strerror(errno));
    if (ready > 0) {
      ThrowIfCancelled();
      if (stopping()) return Woken::kStop;
      ClearWake();
      return Woken::kWake;
    }
    if (ready == 0 && deadline.Passed()) return Woken::kTimeout;
  }
}

Interrupt::Registration Interrupt::OnCancel(std::function<void()> on_cancel) {
  const std::lock_guard lock(mutex_);
  return Registration(this, callbacks_.insert(callbacks_.end(), std::move(on_cancel)));
}

Interrupt::Registration::Registration(Registration&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), entry_(other.entry_) {}

Interrupt::Registration& Interrupt::Registration::operator=(Registration&& other) noexcept {
  if (this == &other) return *this;
  Registration old(std::move(*this));  // unregisters what this one held
  owner_ = std::exchange(other.owner_, nullptr);
  entry_ = other.entry_;
  return *this;
}

Interrupt::Registration::~Registration() {
  if (!owner_) return;
  const std::lock_guard lock(owner_->mutex_);
  owner_->callbacks_.erase(entry_);
}

}  // namespace base
