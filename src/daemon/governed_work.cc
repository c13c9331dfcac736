#include "daemon/governed_work.h"

#include <poll.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <optional>
#include <thread>

#include "daemon/daemonize.h"

namespace daemon_process {
namespace {

class Governor {
 public:
  Governor(const GovernedWork& work, Signals& signals, base::Interrupt& interrupt)
      : work_(work), signals_(signals), interrupt_(interrupt) {}

  WorkEnded Run();

 private:
  void RunOnThread();
  void WaitForEvent();
  void OnSignal(int signal);
  void OnInterruptSignal();
  void OnTerminationSignal(const char* name);
  void EnforceStopTimeout();

  const GovernedWork& work_;
  Signals& signals_;
  base::Interrupt& interrupt_;
  base::Interrupt ended_;
  std::exception_ptr failure_;
  WorkEnded outcome_;
  base::Deadline cancel_at_ = base::Deadline::Never();
  std::optional<base::Clock::time_point> first_interrupt_;
};

void Governor::RunOnThread() {
  try {
    work_.run();
  } catch (...) {
    failure_ = std::current_exception();
  }
  ended_.Stop();
}

WorkEnded Governor::Run() {
  std::thread thread([this] { RunOnThread(); });
  while (!ended_.stopping()) WaitForEvent();
  thread.join();
  if (failure_) std::rethrow_exception(failure_);
  return outcome_;
}

void Governor::WaitForEvent() {
  pollfd waits[] = {{.fd = signals_.fd(), .events = POLLIN, .revents = 0},
                    {.fd = ended_.wake_fd(), .events = POLLIN, .revents = 0}};
  // A cancel request can reach a server between two statements and be lost there, so it is
  // repeated.
  constexpr int kCancelAgainMs = 200;
  poll(waits, 2, interrupt_.cancelled() ? kCancelAgainMs : cancel_at_.PollTimeout());
  while (const auto signal = signals_.Wait(base::Deadline::After(base::Duration(0))))
    OnSignal(*signal);
  if (!ended_.stopping()) EnforceStopTimeout();
}

void Governor::EnforceStopTimeout() {
  if (!interrupt_.cancelled() && !cancel_at_.Passed()) return;
  if (!interrupt_.cancelled()) spdlog::warn("the batch did not finish in time; rolling it back");
  interrupt_.Cancel();
}

void Governor::OnSignal(int signal) {
  switch (signal) {
    case SIGINT:
      return OnInterruptSignal();
    case SIGTERM:
      return OnTerminationSignal("SIGTERM");
    case SIGHUP:
      return work_.reload();
    default:
      return;
  }
}

void Governor::OnTerminationSignal(const char* name) {
  if (!interrupt_.cancelled()) spdlog::info("got {}, stopping at once", name);
  NotifySystemd("STOPPING=1");
  outcome_.stopped = true;
  interrupt_.Cancel();
}

void Governor::OnInterruptSignal() {
  if (!work_.stop_timeout) return OnTerminationSignal("SIGINT");
  const auto now = base::Clock::now();
  if (first_interrupt_ && now - *first_interrupt_ < std::chrono::seconds(1)) {
    spdlog::warn("Double ^C, fast exit");
    outcome_.exit_status = 1;
    return interrupt_.Cancel();
  }
  first_interrupt_ = now;
  if (outcome_.stopped) return;
  spdlog::info("got SIGINT, stopping after the current batch");
  NotifySystemd("STOPPING=1");
  outcome_.stopped = true;
  cancel_at_ = base::Deadline::After(work_.stop_timeout());
  interrupt_.Stop();
}

}  // namespace

WorkEnded RunGoverned(const GovernedWork& work, Signals& signals, base::Interrupt& interrupt) {
  return Governor(work, signals, interrupt).Run();
}

}  // namespace daemon_process
