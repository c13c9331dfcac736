// The copies that a worker runs at the moment: starts them, hands their tables over, collects those
// that have ended, and stops them.
//
// Owned by TableSync and used on the worker's thread; the threads of the copies belong to it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/interrupt.h"
#include "cascade/node.h"
#include "londiste/copy_thread/copy_job.h"
#include "londiste/copy_thread/copy_thread.h"
#include "londiste/copy_thread/progress_store.h"
#include "londiste/sync/copy_refusals.h"
#include "londiste/sync/copy_retries.h"
#include "londiste/tables/table_list.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class CopyPool {
 public:
  // `main_wake`: the main worker's interrupt, woken when a copy needs an answer. It and
  // `conditions` must outlive this.
  CopyPool(copy_thread::WorkerIdentity worker, copy_thread::CopySettings settings,
           pgq::Conditions& conditions, base::Interrupt& main_wake);
  ~CopyPool();  // StopAll

  // For copies that start later.
  void SetSettings(copy_thread::CopySettings settings);
  const copy_thread::CopySettings& settings() const { return settings_; }

  // Conditions that an earlier process left.
  void ForgetOldConditions();
  // True once after something happened to a copy: the list of tables must be read again.
  bool TakeChanged() { return std::exchange(changed_, false); }

  // Last tick that the main worker completed.
  void MoveTo(pgq::TickId position);
  // The main worker stands at `position` with nothing open: whoever can take over here does.
  // Afterwards no copy is between asking and ok.
  void HandOver(pgq::TickId position, pg::Connection& target);

  // Tables whose state in the database is their copy's. To be asked before the list is read, so
  // that a claim is never newer than the list.
  std::set<std::string> Claimed() const;
  // Cancels copies of tables that were removed, or reset by an administrator who wants a new copy.
  void CancelUnwanted(const tables::TableList& tables, const std::set<std::string>& claimed);
  // As many as parallel_copies allows; those that had begun come first.
  void Start(const tables::TableList& tables, const CopyRefusals& refusals,
             const cascade::NodeInfo& node);

  bool Has(const std::string& table) const { return copies_.contains(table); }
  // Ends the copy of a table that is about to be removed, and waits.
  void Stop(const std::string& table);
  // Their COPY rolls back and starts over next time; says so through the log.
  void StopAll();
  void WakeAll();
  // Puts the conditions of copies that wait for a lock in order.
  void ReportLockWaits();
  // When a copy that failed may be tried again.
  std::optional<base::Clock::time_point> NextRetry() const;

 private:
  bool Grant(copy_thread::CopyThread& copy, pgq::TickId position, pg::Connection& target);
  void AwaitCopies();
  void Reap(pg::Connection& target);
  void Report(const copy_thread::CopyThread& copy);
  bool MayCopy(const tables::Table& table, const CopyRefusals& refusals,
               const cascade::NodeInfo& node);
  int SessionsInUse() const;
  void WarnOnce(const std::string& line);

  const copy_thread::WorkerIdentity worker_;
  copy_thread::CopySettings settings_;
  pgq::Conditions& conditions_;
  base::Interrupt& main_wake_;
  copy_thread::MainWorkerPosition main_;
  copy_thread::ProgressStore progress_;
  copy_thread::IdleSessions idle_;
  std::map<std::string, std::unique_ptr<copy_thread::CopyThread>> copies_;
  CopyRetries retries_;
  std::set<std::string> warned_;
  bool changed_ = false;
};

}  // namespace londiste::sync
