#include "londiste/sync/fkey_restorer.h"

#include <spdlog/spdlog.h>

#include "base/error.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kTryAgain{60'000};

}  // namespace

void FkeyRestorer::Run(const copy_thread::WorkerIdentity& worker, const std::string& situation) {
  const auto now = base::Clock::now();
  const bool anew = tried_for_ != situation;
  if (!anew && now < tried_at_ + kTryAgain) return;
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
  if (!started) return;
  tried_for_ = situation;
  tried_at_ = now;
}

std::vector<structure::FkeyFailure> FkeyRestorer::Failures(const std::string& situation) const {
  const std::lock_guard lock(outcome_->mutex);
  if (outcome_->situation != situation) return {};
  return outcome_->failures;
}

}  // namespace londiste::sync
