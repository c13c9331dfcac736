#include "londiste/copy/structure_restore.h"

#include <algorithm>

#include "base/failpoint.h"
#include "londiste/copy/thread_group.h"
#include "londiste/structure/brief_locks.h"
#include "londiste/structure/dropped_statement.h"
#include "londiste/structure/index_memory.h"
#include "londiste/structure/lock_holders.h"
#include "pg/sqlstate.h"

namespace londiste::copy {
namespace {}  // namespace

StructureRestore::StructureRestore(const CopySessions& sessions, const pg::QualifiedName& table,
                                   const RangeOptions& options, CopyObserver& observer,
                                   const MissingStructure& list)
    : sessions_(sessions), table_(table), options_(options), observer_(observer), list_(list) {}

void StructureRestore::Run(const structure::DroppedStructure& missing) {
  missing_ = missing;
  if (!missing_.builds.empty()) BuildAll();
  Finish();
  base::HitFailpoint(base::Failpoint::copy_after_structure);
}

void StructureRestore::BuildAll() {
  builders_ = std::clamp(static_cast<int>(missing_.builds.size()), 1, options_.sessions);
  ThreadGroup group(sessions_.target.interrupt(), builders_,
                    [this](base::Interrupt& interrupt) { Work(interrupt); });
  group.Await([&] {
    observer_.Phase("indexes, " + std::to_string(built_) + " of " +
                    std::to_string(missing_.builds.size()) + " built");
    const std::lock_guard lock(mutex_);
    for (const std::string& line : warnings_) observer_.Warn(line);
    warnings_.clear();
    observer_.WaitsForLock(lock_holders_);
  });
}

std::optional<std::string> StructureRestore::Take() {
  const std::lock_guard lock(mutex_);
  if (next_ == missing_.builds.size()) return std::nullopt;
  return missing_.builds[next_++];
}

void StructureRestore::Work(base::Interrupt& interrupt) {
  auto build = Take();
  if (!build) return;
  const std::unique_ptr<pg::Connection> target = sessions_.open_target(interrupt);
  for (; build; build = Take()) {
    Build(*target, *build);
    ++built_;
    base::HitFailpoint(base::Failpoint::copy_after_index);
  }
}

void StructureRestore::Build(pg::Connection& target, const std::string& build) {
  try {
    const std::unique_ptr<pqxx::work> tx = Lock(target);
    structure::ShareIndexMemory(*tx, options_.index_memory, builders_);
    structure::RunDroppedStatement(*tx, table_, build);
    TakeOff(target, *tx, build);
    base::HitFailpoint(base::Failpoint::copy_before_index_commit);
    tx->commit();
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() != pg::sqlstate::kDuplicateTable) throw;
    // Somebody noticed that it is missing, and made it.
    pqxx::work tx(target);
    TakeOff(target, tx, build);
    tx.commit();
    const std::lock_guard lock(mutex_);
    warnings_.push_back("not built, because an object with its name exists: " + build);
  }
}

// Writers queue behind whoever waits for this lock, so we never wait for long.
std::unique_ptr<pqxx::work> StructureRestore::Lock(pg::Connection& target) {
  auto tx = structure::BeginWithBriefLocks(
      target,
      [&](pqxx::work& attempt) {
        attempt.exec0("lock table only " + table_.Quoted() + " in share mode");
      },
      [&] {
        pqxx::work look(target);
        std::string holders = structure::LockHolders(look, {table_});
        const std::lock_guard lock(mutex_);
        lock_holders_ = std::move(holders);
      });
  const std::lock_guard lock(mutex_);
  lock_holders_.clear();
  return tx;
}

// The row of the list may be held by somebody who waits for the table, which we hold.
void StructureRestore::TakeOff(pg::Connection& target, pqxx::work& tx, const std::string& build) {
  structure::WithBriefLocksInside(target, tx,
                                  [&](pqxx::transaction_base& part) { list_.Built(part, build); });
}

void StructureRestore::Finish() {
  observer_.Phase("constraints");
  structure::WithBriefLocks(
      sessions_.target,
      [&](pqxx::work& tx) {
        tx.exec0("lock table only " + table_.Quoted() + " in access exclusive mode");
        observer_.WaitsForLock("");
        structure::ShareIndexMemory(tx, options_.index_memory, 1);
        for (const std::string& sql : missing_.rest)
          structure::RunDroppedStatement(tx, table_, sql);
        list_.Restored(tx);
        base::HitFailpoint(base::Failpoint::copy_before_structure_commit);
      },
      [&] { ReportLockHolders(sessions_.target, {table_}, observer_); });
}

}  // namespace londiste::copy
