// Foreign keys that a copy took away and that are not back yet: restores them once their tables are
// in sync, and tells of the others as conditions of the node.
//
// Owned by TableSync, used on the worker's thread. While tables get in sync one after the other,
// both are done for a small part of the time only.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "londiste/copy_thread/copy_job.h"
#include "londiste/sync/fkey_restorer.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class PendingFkeys {
 public:
  PendingFkeys(copy_thread::WorkerIdentity worker, pgq::Conditions& conditions,
               base::Interrupt& main_wake)
      : worker_(std::move(worker)), conditions_(conditions), restorer_(main_wake) {}

  // Outside a transaction, as often as there may be something new. `any`: some keys wait.
  // `situation` changes with them, and with which tables are here and in sync.
  void Look(pg::Connection& target, const std::string& situation, bool any);
  // When to look again, where that is soon.
  std::optional<base::Clock::time_point> Awaits() const { return awaits_; }

 private:
  void Tell(pg::Connection& target, const std::string& situation, bool any);

  const copy_thread::WorkerIdentity worker_;
  pgq::Conditions& conditions_;
  FkeyRestorer restorer_;
  std::string told_;  // for which situation and failures
  base::Clock::time_point tell_not_before_{};
  std::optional<base::Clock::time_point> awaits_;
};

}  // namespace londiste::sync
