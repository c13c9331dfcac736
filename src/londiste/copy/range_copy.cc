#include "londiste/copy/range_copy.h"

#include "base/error.h"
#include "base/failpoint.h"
#include "londiste/copy/thread_group.h"
#include "londiste/structure/brief_locks.h"
#include "pg/error.h"
#include "pg/sqlstate.h"

namespace londiste::copy {

RangeCopy::RangeCopy(const CopySessions& sessions, Tables tables, Extent extent,
                     CopyObserver& observer, const CopyStates& states)
    : sessions_(sessions),
      tables_(std::move(tables)),
      extent_(extent),
      observer_(observer),
      states_(states),
      ranges_(extent.pages, extent.bytes, extent.sessions),
      working_(extent.sessions) {}

pg::CopyCounters RangeCopy::Run() {
  ThreadGroup group(sessions_.target.interrupt(), extent_.sessions,
                    [this](base::Interrupt& interrupt) { Work(interrupt); });
  std::string told;
  group.Await([&] {
    observer_.Progress(rows_, bytes_);
    const std::lock_guard lock(mutex_);
    if (reason_ != told) observer_.Warn("copying with fewer sessions: " + reason_);
    told = reason_;
  });
  if (!ranges_.all_taken()) throw base::Error("could not copy all ranges: " + reason_);
  return {bytes_, rows_};
}

void RangeCopy::Work(base::Interrupt& interrupt) {
  std::unique_ptr<pg::Connection> source, target;
  try {
    source = sessions_.open_source(interrupt);
    target = sessions_.open_target(interrupt);
  } catch (const pg::ConnectFailed& error) {  // e.g. too many clients
    GiveUp(error.what());
    return;
  }
  const std::unique_ptr<SourceSnapshot> reading = Join(*source);
  if (!reading) return;
  while (const auto range = ranges_.Take()) {
    Relay(*source, *target, *range);
    base::HitFailpoint(base::Failpoint::copy_after_range);
  }
  reading->End();
}

// Nothing when the table's lock cannot be had.
std::unique_ptr<SourceSnapshot> RangeCopy::Join(pg::Connection& source) {
  try {
    return std::make_unique<SourceSnapshot>(source, tables_.from.name, tables_.may_lock,
                                            tables_.exported);
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() != pg::sqlstate::kLockNotAvailable) throw;
    GiveUp("another session waits to change table " + tables_.from.name.ToString());
    return nullptr;
  }
}

// The last pair fails the copy, before somebody waits for ranges that nobody takes.
void RangeCopy::GiveUp(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  reason_ = reason;
  if (--working_ == 0) throw base::Error(reason);
}

void RangeCopy::Relay(pg::Connection& source, pg::Connection& target,
                      const structure::PageRange& range) {
  pqxx::work tx(target);
  // The commit of the table's state, after the last range, brings them all to the disk.
  tx.exec0("set local synchronous_commit = off");
  states_.CheckWanted(tx);
  pg::CopyCounters told;
  const pg::CopyCounters counters = pg::RelayCopy(
      source, tables_.plan.CopyOutSql(tables_.from, range), target,
      tables_.plan.CopyInSql(tables_.to, false),
      [&](const pg::CopyCounters& now) {
        rows_ += now.rows - told.rows;
        bytes_ += now.bytes - told.bytes;
        told = now;
        base::HitFailpoint(base::Failpoint::copy_mid_data);
      },
      ChangeOfRows(tables_.plan, tables_.inspect));
  tx.commit();
  rows_ += counters.rows - told.rows;
  bytes_ += counters.bytes - told.bytes;
}

}  // namespace londiste::copy
