#include "londiste/sync/fkey_restorer.h"

#include <spdlog/spdlog.h>

#include "base/error.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kTryAgain{60'000};

}  // namespace

std::optional<base::Clock::time_point> FkeyRestorer::Run(const copy_thread::WorkerIdentity& worker,
                                                         const std::string& situation) {
  const auto now = base::Clock::now();
  const bool anew = tried_for_ != situation;
  if (!anew && now < tried_at_ + kTryAgain) return std::nullopt;
  const bool started = task_.StartIfDue(
      [worker, situation, outcome = outcome_](base::Interrupt& interrupt) {
        const auto connect =
            pg::ConnectOptions::Fixed(worker.local_connstr, worker.application_name + " fkeys");
        pg::Connection connection(connect, interrupt);
        const std::vector<structure::FkeyFailure> failures = structure::RestoreFkeys(
            connection, worker.queue, [](const std::string& line) { spdlog::info("{}", line); });
        {
          const std::lock_guard lock(outcome->mutex);
          outcome->situation = situation;
          outcome->failures = failures;
        }
        if (!failures.empty())
          throw base::Error(structure::Describe(failures), failures.back().hint);  // again later
      },
      anew);
  // The end of one that is under way wakes the worker.
  if (!started) return task_.not_before() > now ? std::optional(task_.not_before()) : std::nullopt;
  tried_for_ = situation;
  tried_at_ = now;
  return std::nullopt;
}

std::vector<structure::FkeyFailure> FkeyRestorer::Failures(const std::string& situation) const {
  const std::lock_guard lock(outcome_->mutex);
  if (outcome_->situation != situation) return {};
  return outcome_->failures;
}

}  // namespace londiste::sync
