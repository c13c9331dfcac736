#include "londiste/sync/copy_pool.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "cascade/node_duties.h"
#include "londiste/output/byte_count.h"
#include "londiste/sync/foreign_copy.h"
#include "londiste/tables/table_state.h"

namespace londiste::sync {
namespace {

using Kind = tables::MergeState::Kind;

// The main worker stands still at most this long for a copy that is near; then it continues and the
// copy asks again.
constexpr base::Duration kHandoverLimit{10'000};
// How soon the main worker notices that it is to stop while it waits for a copy.
constexpr base::Duration kSlice{50};
constexpr const char* kCopyFailed = "copy_failed";  // conditions, of a table
constexpr const char* kCopyWaitsForLock = "copy_waits_for_lock";

}  // namespace

CopyPool::CopyPool(copy_thread::WorkerIdentity worker, copy_thread::CopySettings settings,
                   pgq::Conditions& conditions, base::Interrupt& main_wake)
    : worker_(std::move(worker)),
      settings_(std::move(settings)),
      conditions_(conditions),
      main_wake_(main_wake),
      progress_({worker_.local_connstr, worker_.application_name + " progress", worker_.queue}),
      retries_(settings_.exception_sleep) {}

CopyPool::~CopyPool() { StopAll(); }

void CopyPool::SetSettings(copy_thread::CopySettings settings) {
  settings_ = std::move(settings);
  retries_.SetLongest(settings_.exception_sleep);
}

void CopyPool::MoveTo(pgq::TickId position) {
  const std::lock_guard lock(main_.mutex);
  main_.position = position;
}

void CopyPool::ForgetOldConditions() { conditions_.Replace(kCopyFailed, {}); }

std::set<std::string> CopyPool::Claimed() const {
  std::set<std::string> claimed;
  for (const auto& [name, copy] : copies_)
    if (copy->monitor().claimed()) claimed.insert(name);
  return claimed;
}

void CopyPool::WakeAll() {
  for (const auto& [name, copy] : copies_) copy->Wake();
}

std::optional<base::Clock::time_point> CopyPool::NextRetry() const {
  return retries_.NextEnd(base::Clock::now());
}

void CopyPool::HandOver(pgq::TickId position, pg::Connection& target) {
  Reap(target);
  for (const auto& [name, copy] : copies_) {
    copy->handover().TakeBack();  // what an interrupted round left granted
    if (copy->handover().MayGrant(position) && Grant(*copy, position, target)) copy->Wake();
  }
  AwaitCopies();
  Reap(target);
  if (std::ranges::any_of(copies_,
                          [](const auto& entry) { return entry.second->handover().stored(); }))
    changed_ = true;
}

bool CopyPool::Grant(copy_thread::CopyThread& copy, pgq::TickId position, pg::Connection& target) {
  try {
    pqxx::work tx(target);
    tx.exec0(
        "set local synchronous_commit = off");  // tells where things stand, nothing is lost with it
    tables::ChangeTableState(tx, worker_.queue, copy.table(),
                             {.to = {.kind = Kind::kDoSync, .tick = position},
                              .actor = tables::StateTransition::Actor::kMainWorker});
    tx.commit();
  } catch (const tables::CopyNotWanted&) {
    changed_ = true;
    return false;
  }
  copy.handover().Grant(position);
  return true;
}

void CopyPool::AwaitCopies() {
  using Stage = copy_thread::Handover::Stage;
  const auto deadline = base::Deadline::After(kHandoverLimit);
  for (const auto& [name, copy] : copies_) {
    copy_thread::Handover& handover = copy->handover();
    for (Stage stage = handover.stage(); stage == Stage::kGranted || stage == Stage::kStoring;
         stage = handover.stage()) {
      main_wake_.ThrowIfCancelled();
      if (stage == Stage::kGranted && (deadline.Passed() || main_wake_.stopping())) {
        handover.TakeBack();
        continue;
      }
      handover.AwaitEnd(stage == Stage::kGranted ? deadline : base::Deadline::Never(), kSlice);
    }
  }
}

void CopyPool::Reap(pg::Connection& target) {
  bool failed = false;
  for (auto it = copies_.begin(); it != copies_.end();) {
    if (!it->second->over()) {
      if (it->second->cancelled())
        it->second->Cancel();  // again: the last request may have come between two statements
      ++it;
      continue;
    }
    Report(*it->second);
    failed = failed || it->second->outcome() != copy_thread::CopyThread::Outcome::kOk;
    changed_ = true;
    it = copies_.erase(it);
  }
  // The server may still be working on the last thing that a failed copy asked for, and that may
  // have been to store ok.
  if (failed) tables::AwaitUnfinishedChanges(target, worker_.queue);
}

void CopyPool::Report(const copy_thread::CopyThread& copy) {
  const auto now = base::Clock::now();
  switch (copy.outcome()) {
    case copy_thread::CopyThread::Outcome::kFailed: {
      if (copy.monitor().advanced()) retries_.Forget(copy.table());
      const pg::ErrorClass error_class = pg::Classify(copy.failure());
      const base::Duration pause = retries_.Failed(copy.table(), error_class, now);
      conditions_.Set({.kind = kCopyFailed,
                       .subject = copy.table(),
                       .severity = error_class == pg::ErrorClass::kTransient
                                       ? pgq::ConditionSeverity::kWarning
                                       : pgq::ConditionSeverity::kError,
                       .message = "copy of table " + copy.table() + " failed: " + copy.message(),
                       .hint = copy.failure().hint});
      spdlog::error("copy of table {} failed: {}; next attempt in {:.1f} s", copy.table(),
                    copy.message(), std::chrono::duration<double>(pause).count());
      break;
    }
    case copy_thread::CopyThread::Outcome::kNotReady:
      if (retries_.NotReady(copy.table(), copy.message(), now)) spdlog::warn("{}", copy.message());
      break;
    case copy_thread::CopyThread::Outcome::kNotWanted:
    case copy_thread::CopyThread::Outcome::kInterrupted:
      retries_.HoldBack(copy.table(), now);
      break;
    case copy_thread::CopyThread::Outcome::kRunning:
    case copy_thread::CopyThread::Outcome::kOk:
      retries_.Forget(copy.table());
      conditions_.Clear(kCopyFailed, copy.table());
      break;
  }
}

void CopyPool::CancelUnwanted(const tables::TableList& tables,
                              const std::set<std::string>& claimed) {
  for (const auto& [name, copy] : copies_) {
    const tables::Table* table = tables.Find(name);
    const bool wanted = table && table->local && table->state.kind != Kind::kOk &&
                        table->dest == copy->job_table().dest &&
                        !(table->state.kind == Kind::kNone && claimed.contains(name));
    if (wanted || copy->handover().stored() || copy->over()) continue;
    if (!copy->cancelled())
      spdlog::info("{}: stopping the copy, the table was removed or reset", name);
    copy->Cancel();
    changed_ = true;  // until the thread has ended
  }
}

void CopyPool::Start(const tables::TableList& tables, const CopyRefusals& refusals,
                     const cascade::NodeInfo& node) {
  for (const bool begun : {true, false}) {
    for (const tables::Table& table : tables.tables()) {
      if (SessionsInUse() >= settings_.parallel_copies) return;
      if (table.state.copying() != begun || !MayCopy(table, refusals, node)) continue;
      copies_.emplace(table.name, std::make_unique<copy_thread::CopyThread>(
                                      copy_thread::CopyJob{worker_, settings_, node, table}, idle_,
                                      main_, progress_, main_wake_));
    }
  }
  if (copies_.empty()) idle_.Close();
}

bool CopyPool::MayCopy(const tables::Table& table, const CopyRefusals& refusals,
                       const cascade::NodeInfo& node) {
  if (!table.local || table.state.kind == Kind::kOk || copies_.contains(table.name)) return false;
  if (!retries_.MayStart(table.name, base::Clock::now())) return false;
  if (HasForeignCopy(worker_.pidfile, table.name)) {
    WarnOnce("table " + table.name + " is being copied by another process, which holds " +
             worker_.pidfile + ".copy." + table.name);
    return false;
  }
  if (refusals.Contains(table.name)) return false;
  return cascade::DutiesOf(node).applies_batches;
}

// As SkyTools counts: a table that several sessions copy is as many copies.
int CopyPool::SessionsInUse() const {
  int sessions = 0;
  for (const auto& [name, copy] : copies_) sessions += copy->monitor().sessions();
  return sessions;
}

void CopyPool::WarnOnce(const std::string& line) {
  if (warned_.insert(line).second) spdlog::warn("{}", line);
}

void CopyPool::ReportLockWaits() {
  std::vector<pgq::Condition> waits;
  for (const auto& [name, copy] : copies_) {
    const std::string holders = copy->monitor().lock_holders();
    if (holders.empty()) continue;
    waits.push_back(
        {.kind = kCopyWaitsForLock,
         .subject = name,
         .message = "the copy of table " + name + " waits for a lock that is held by " + holders,
         .hint = "The copy lets other sessions go first and retries; end that transaction, or wait "
                 "for it."});
  }
  conditions_.Replace(kCopyWaitsForLock, std::move(waits));
}

void CopyPool::Stop(const std::string& table) {
  const auto found = copies_.find(pg::QualifiedName::Parse(table).ToString());
  if (found == copies_.end()) return;
  spdlog::info("{}: stopping the copy, the table is being removed", table);
  copies_.erase(found);
  changed_ = true;
}

void CopyPool::StopAll() {
  for (const auto& [name, copy] : copies_) {
    if (copy->over()) continue;
    const copy_thread::CopyProgress at = copy->monitor().Read();
    copy->Cancel();
    spdlog::warn("stopping the copy of table {} ({}, {} rows, {} after {:.1f} s); {}", name,
                 at.phase, at.rows, output::FormatBytes(at.bytes),
                 std::chrono::duration<double>(at.elapsed).count(),
                 copy->monitor().advanced() ? "it continues from there at the next start"
                                            : "it starts over at the next start");
  }
  copies_.clear();
  idle_.Close();
}

}  // namespace londiste::sync
