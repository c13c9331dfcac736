// Restores the foreign keys that waited for their tables, off the main worker's thread. Used on the
// worker's thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "londiste/copy_thread/copy_job.h"
#include "londiste/structure/fkeys.h"
#include "londiste/sync/background_task.h"

namespace londiste::sync {

class FkeyRestorer {
 public:
  explicit FkeyRestorer(base::Interrupt& main_wake) : task_("restore foreign keys", main_wake) {}

  // Some keys wait. `situation` changes with them and with which tables are in sync: what could not
  // be restored is only tried again when it did, or after a minute, since tables of other queues
  // count too. Returns when it is to be called again, where that is soon.
  std::optional<base::Clock::time_point> Run(const copy_thread::WorkerIdentity& worker,
                                             const std::string& situation);
  // What the last run could not restore, if it was for this situation.
  std::vector<structure::FkeyFailure> Failures(const std::string& situation) const;

 private:
  struct Outcome {
    std::mutex mutex;
    std::string situation;
    std::vector<structure::FkeyFailure> failures;
  };
  std::shared_ptr<Outcome> outcome_ = std::make_shared<Outcome>();
  BackgroundTask task_;
  std::string tried_for_;
  base::Clock::time_point tried_at_{};
};

}  // namespace londiste::sync
