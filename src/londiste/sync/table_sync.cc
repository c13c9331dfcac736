#include "londiste/sync/table_sync.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "base/error.h"
#include "londiste/apply/missing_rows_store.h"
#include "londiste/copy_thread/copy_thread.h"
#include "londiste/copy_thread/progress_store.h"
#include "londiste/output/byte_count.h"
#include "londiste/sync/alarm.h"
#include "londiste/sync/copy_refusals.h"
#include "londiste/sync/errand.h"
#include "londiste/sync/fkey_restorer.h"
#include "londiste/sync/foreign_copy.h"
#include "londiste/sync/left_consumers.h"
#include "londiste/sync/pending_fkeys.h"
#include "londiste/sync/retry_table.h"
#include "londiste/sync/table_check.h"
#include "londiste/sync/tables_in_sync.h"
#include "londiste/sync/unknown_tables.h"
#include "londiste/tables/other_feeders.h"
#include "londiste/tables/table_row.h"

namespace londiste::sync {
namespace {

using Kind = tables::MergeState::Kind;

// The main worker stands still at most this long for a copy that is near; then it goes on and the
// copy asks again.
constexpr base::Duration kHandoverLimit{10'000};
// How soon the main worker notices that it is to stop while it waits for a copy.
constexpr base::Duration kSlice{50};
constexpr int kDefaultMaxParallelCopy = 8;
constexpr const char* kCopyWaitsForLock = "copy_waits_for_lock";
constexpr const char* kCopyFailed = "copy_failed";  // a condition, of a table

// Changes of the tables and of the pending foreign keys, in one cheap question.
constexpr const char* kSignature =
    "select (select count(*) || ':' || coalesce(sum(xmin::text::bigint * nr), 0) from "
    "londiste.table_info where queue_name = $1), "
    "(select count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) from londiste.pending_fkeys), "
    "exists (select 1 from londiste.pending_fkeys)";

int MaxParallelCopy(const tables::Table& table) {
  const auto found = table.attrs.find("max_parallel_copy");
  const int wanted = found == table.attrs.end() ? 0 : std::atoi(found->second.value_or("").c_str());
  return wanted > 0 ? wanted : kDefaultMaxParallelCopy;
}

}  // namespace

class TableSync::Impl {
 public:
  Impl(SyncOptions options, pgq::Conditions& conditions, base::Interrupt& main_wake)
      : options_(std::move(options)),
        conditions_(conditions),
        main_wake_(main_wake),
        progress_({options_.worker.local_connstr, options_.worker.application_name + " progress",
                   options_.worker.queue}),
        retries_(options_.settings.exception_sleep),
        alarm_(main_wake),
        fkeys_(main_wake),
        left_("remove consumers that copies left behind", main_wake) {}
  ~Impl() { StopCopies(); }

  void Reconfigure(SyncOptions options);
  Permit BeforeNextBatch(const cascade::NodeInfo& node, pgq::TickId completed,
                         pg::Connection& target);
  void OnBatch(const cascade::BatchContext& context);
  void Committed(const cascade::BatchContext& context);
  void MissingRowsStored() { missing_rows_ = true; }
  void Reload() { reload_ = true; }
  void StopCopy(const std::string& table);
  const apply::TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid) {
    const apply::TargetTable* table = in_sync_.Resolve(queue_table, txid);
    if (!table && !directory_.Find(queue_table)) unknown_.Saw(queue_table);
    return table;
  }
  void OnRoot(pg::Connection& target) {
    check_.RunIfDue(target, options_.worker.queue, conditions_);
  }
  void TellUnknownTables(const std::function<bool(const std::string&)>& wanted) {
    unknown_.Tell(directory_, wanted, options_.worker.queue, conditions_);
  }
  void StopCopies();

 private:
  void TakeNewOptions();
  void MoveTo(pgq::TickId position);
  void LoadIfChanged(pg::Connection& target);
  void Load(pg::Connection& target);
  void TellOfMissingRows(pg::Connection& target);
  void TellOfLeftOutColumns();
  void CancelUnwanted(const std::set<std::string>& claimed);
  void HandOver(pgq::TickId position, pg::Connection& target);
  bool Grant(copy_thread::CopyThread& copy, pgq::TickId position, pg::Connection& target);
  void AwaitCopies();
  void Reap(pg::Connection& target);
  void Report(const copy_thread::CopyThread& copy);
  void StartCopies(const cascade::NodeInfo& node);
  bool MayCopy(const tables::Table& table, const cascade::NodeInfo& node);
  int SessionsInUse() const;
  void WarnOnce(const std::string& line);
  void RunErrands();
  void TellPendingFkeys(pg::Connection& target);
  void TellLockWaits();
  void SetAlarm();

  SyncOptions options_;
  std::mutex options_mutex_;  // new_options_
  std::optional<SyncOptions> new_options_;
  pgq::Conditions& conditions_;
  base::Interrupt& main_wake_;
  copy_thread::Meeting meeting_;
  tables::TableDirectory directory_;
  TablesInSync in_sync_;
  copy_thread::ProgressStore progress_;
  std::map<std::string, std::unique_ptr<copy_thread::CopyThread>> copies_;
  RetryTable retries_;
  Alarm alarm_;
  FkeyRestorer fkeys_;
  TableCheck check_;
  UnknownTables unknown_;
  Errand left_;
  std::vector<copy_thread::LeftConsumer> left_consumers_;
  std::string tables_signature_, fkeys_signature_;
  std::string fkeys_told_;     // for which signature and failures
  bool missing_rows_ = false;  // news of them
  base::Clock::time_point next_missing_rows_{};
  bool reload_ = true, first_load_ = true, pending_fkeys_ = false;
  CopyRefusals refusals_;
  std::set<std::string> warned_;
};

void TableSync::Impl::Reconfigure(SyncOptions options) {
  const std::lock_guard lock(options_mutex_);
  new_options_ = std::move(options);
}

void TableSync::Impl::TakeNewOptions() {
  const std::lock_guard lock(options_mutex_);
  if (!new_options_) return;
  options_.settings = new_options_->settings;
  retries_.SetLongest(options_.settings.exception_sleep);
  new_options_.reset();
}

TableSync::Permit TableSync::Impl::BeforeNextBatch(const cascade::NodeInfo& node,
                                                   pgq::TickId completed, pg::Connection& target) {
  TakeNewOptions();
  MoveTo(completed);
  HandOver(completed, target);
  LoadIfChanged(target);
  TellOfMissingRows(target);
  StartCopies(node);
  RunErrands();
  TellPendingFkeys(target);
  TellLockWaits();
  check_.RunIfDue(target, options_.worker.queue, conditions_);
  SetAlarm();
  for (const auto& [name, copy] : copies_) copy->Wake();  // we were woken: a tick may have come
  const bool one_tick = std::ranges::any_of(directory_.tables(), [](const tables::Table& table) {
    return table.local && table.state.kind != Kind::kOk;
  });
  return {one_tick};
}

void TableSync::Impl::SetAlarm() {
  auto due = retries_.NextEnd(base::Clock::now());
  if (const auto look = check_.Awaits()) due = std::min(due.value_or(*look), *look);
  if (due) alarm_.Set(*due);
}

void TableSync::Impl::OnBatch(const cascade::BatchContext& context) {
  MoveTo(context.batch.prev_tick);
  HandOver(context.batch.prev_tick, context.target);
  for (const tables::Table& table : std::vector<tables::Table>(directory_.tables())) {
    if (!table.local || !table.state.copying() || copies_.contains(table.name) ||
        !HasForeignCopy(options_.worker.pidfile, table.name))
      continue;
    if (AnswerForeignCopy(context, options_.worker.pidfile, table, main_wake_)) reload_ = true;
  }
  if (reload_) Load(context.target);
  in_sync_.BatchBegins();
  unknown_.BatchBegins();
}

void TableSync::Impl::Committed(const cascade::BatchContext& context) {
  MoveTo(context.batch.tick);
  unknown_.Committed();
  if (in_sync_.Committed(context)) reload_ = true;
}

void TableSync::Impl::MoveTo(pgq::TickId position) {
  const std::lock_guard lock(meeting_.mutex);
  meeting_.main_position = position;
}

void TableSync::Impl::LoadIfChanged(pg::Connection& target) {
  std::set<std::string> claimed;  // before looking, so that a claim is never newer than what we see
  for (const auto& [name, copy] : copies_)
    if (copy->board().claimed()) claimed.insert(name);
  {
    target.prepare("tables_signature", kSignature);
    pqxx::nontransaction tx(target);
    const pqxx::row row = tx.exec_prepared1("tables_signature", options_.worker.queue);
    const std::string tables = row[0].as<std::string>();
    reload_ = reload_ || tables != tables_signature_ || refusals_.LookAgain();
    tables_signature_ = tables;
    fkeys_signature_ = row[1].as<std::string>() + "/" + tables;
    pending_fkeys_ = row[2].as<bool>();
  }
  if (!reload_) return;
  Load(target);
  CancelUnwanted(claimed);
  check_.TablesChanged();
}

void TableSync::Impl::Load(pg::Connection& target) {
  if (first_load_) {
    tables::AwaitUnfinishedChanges(target, options_.worker.queue);
    for (const char* kind : {kCopyFailed, kUnknownTable})
      conditions_.Replace(kind, {});  // those of an earlier process
  }
  first_load_ = false;
  pqxx::nontransaction tx(target);
  const std::string now = tx.exec1("select now()")[0].as<std::string>();  // not later than the list
  directory_.Load(tx, options_.worker.queue);
  left_consumers_ =
      copy_thread::FindCopyConsumers(tx, options_.worker.queue, options_.worker.consumer);
  refusals_.Find(directory_, tables::FindOtherFeeders(tx, options_.worker.queue), conditions_);
  in_sync_.Load(directory_, now);
  reload_ = false;
  for (const tables::Table& table : directory_.tables())
    if (!table.local) conditions_.Clear("no_key", table.name);
  TellOfLeftOutColumns();
  missing_rows_ = true;  // a copy may have ended them
  next_missing_rows_ = {};
}

// Counts change with each batch perhaps; who reads of them is not in such a hurry.
void TableSync::Impl::TellOfMissingRows(pg::Connection& target) {
  constexpr std::chrono::minutes kNotBefore(1);
  const auto now = base::Clock::now();
  if (!missing_rows_ || now < next_missing_rows_) return;
  next_missing_rows_ = now + kNotBefore;
  missing_rows_ = false;
  pqxx::nontransaction tx(target);
  conditions_.Replace(apply::kMissingRows, apply::MissingRowConditions(tx, options_.worker.queue));
}

void TableSync::Impl::TellOfLeftOutColumns() {
  constexpr const char* kLeftOut = "column_left_out";
  std::vector<pgq::Condition> conditions;
  for (const tables::Table& table : directory_.tables()) {
    if (!table.local || table.left_out.empty()) continue;
    std::string names;
    for (const std::string& column : table.left_out)
      names += (names.empty() ? "\"" : ", \"") + column + "\"";
    conditions.push_back(
        {.kind = kLeftOut,
         .subject = table.name,
         .severity = pgq::ConditionSeverity::kNotice,
         .message = "table " + table.name + " does without columns of the provider: " + names,
         .hint = "To have them, add them here and resync the table."});
  }
  conditions_.Replace(kLeftOut, std::move(conditions));
}

// Removed, or reset by an administrator who wants a new copy.
void TableSync::Impl::CancelUnwanted(const std::set<std::string>& claimed) {
  for (const auto& [name, copy] : copies_) {
    const tables::Table* table = directory_.Find(name);
    const bool wanted = table && table->local && table->state.kind != Kind::kOk &&
                        table->dest == copy->job_table().dest &&
                        !(table->state.kind == Kind::kNone && claimed.contains(name));
    if (wanted || copy->handover().stored() || copy->over()) continue;
    if (!copy->cancelled())
      spdlog::info("{}: stopping the copy, the table was removed or reset", name);
    copy->Cancel();
    reload_ = true;  // until the thread has ended
  }
}

// The main worker stands at `position` with nothing open: whoever can take over here does.
// Afterwards no copy is between asking and ok.
void TableSync::Impl::HandOver(pgq::TickId position, pg::Connection& target) {
  Reap(target);
  for (const auto& [name, copy] : copies_) {
    copy->handover().TakeBack();  // what an interrupted round left granted
    if (copy->handover().MayGrant(position) && Grant(*copy, position, target)) copy->Wake();
  }
  AwaitCopies();
  Reap(target);
  if (std::ranges::any_of(copies_,
                          [](const auto& entry) { return entry.second->handover().stored(); }))
    reload_ = true;
}

bool TableSync::Impl::Grant(copy_thread::CopyThread& copy, pgq::TickId position,
                            pg::Connection& target) {
  try {
    pqxx::work tx(target);
    tx.exec0(
        "set local synchronous_commit = off");  // tells where things stand, nothing is lost with it
    tables::ChangeTableState(
        tx, options_.worker.queue, copy.table(), {Kind::kDoSync, position},
        [](const tables::TableRow& row) { return row.state.kind == Kind::kWannaSync; });
    tx.commit();
  } catch (const tables::CopyNotWanted&) {
    reload_ = true;
    return false;
  }
  copy.handover().Grant(position);
  return true;
}

void TableSync::Impl::AwaitCopies() {
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

void TableSync::Impl::Reap(pg::Connection& target) {
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
    reload_ = true;
    it = copies_.erase(it);
  }
  // The server may still be working on the last thing that a failed copy asked for, and that may
  // have been to store ok.
  if (failed) tables::AwaitUnfinishedChanges(target, options_.worker.queue);
}

void TableSync::Impl::Report(const copy_thread::CopyThread& copy) {
  const auto now = base::Clock::now();
  switch (copy.outcome()) {
    case copy_thread::CopyThread::Outcome::kFailed: {
      if (copy.board().advanced()) retries_.Forget(copy.table());
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

void TableSync::Impl::WarnOnce(const std::string& line) {
  if (warned_.insert(line).second) spdlog::warn("{}", line);
}

bool TableSync::Impl::MayCopy(const tables::Table& table, const cascade::NodeInfo& node) {
  if (!table.local || table.state.kind == Kind::kOk || copies_.contains(table.name)) return false;
  if (!retries_.MayStart(table.name, base::Clock::now())) return false;
  if (HasForeignCopy(options_.worker.pidfile, table.name)) {
    WarnOnce("table " + table.name + " is being copied by another process, which holds " +
             options_.worker.pidfile + ".copy." + table.name);
    return false;
  }
  if (refusals_.Contains(table.name)) return false;
  return table.copy_pos < MaxParallelCopy(table) && node.type != cascade::NodeType::kRoot;
}

// As SkyTools counts: a table that several sessions copy is as many copies.
int TableSync::Impl::SessionsInUse() const {
  int sessions = 0;
  for (const auto& [name, copy] : copies_) sessions += copy->board().sessions();
  return sessions;
}

// Those that had begun come first.
void TableSync::Impl::StartCopies(const cascade::NodeInfo& node) {
  for (const bool begun : {true, false}) {
    for (const tables::Table& table : directory_.tables()) {
      if (SessionsInUse() >= options_.settings.parallel_copies) return;
      if (table.state.copying() != begun || !MayCopy(table, node)) continue;
      copies_.emplace(table.name,
                      std::make_unique<copy_thread::CopyThread>(
                          copy_thread::CopyJob{options_.worker, options_.settings, node, table},
                          meeting_, progress_, main_wake_));
    }
  }
}

void TableSync::Impl::RunErrands() {
  if (pending_fkeys_) fkeys_.Run(options_, fkeys_signature_);
  std::vector<copy_thread::LeftConsumer> left;
  for (const copy_thread::LeftConsumer& consumer : left_consumers_) {
    const tables::Table* table = directory_.Find(consumer.table);
    const bool used = table && table->local && table->state.kind != Kind::kOk;
    if (!used && !copies_.contains(consumer.table) &&
        !HasForeignCopy(options_.worker.pidfile, consumer.table))
      left.push_back(consumer);
  }
  if (left.empty()) return;
  const bool started = left_.StartIfDue([options = options_, left](base::Interrupt& interrupt) {
    RemoveLeftConsumers(options.worker.local_connstr, options.worker.queue, left,
                        {options.settings.remote_extra_connstr,
                         options.worker.application_name + " cleanup", interrupt});
  });
  if (started) reload_ = true;  // the list of those left is read again
}

// When something changed: keys, states of tables, what the last attempt to restore met.
void TableSync::Impl::TellPendingFkeys(pg::Connection& target) {
  const std::vector<structure::FkeyFailure> failures = fkeys_.Failures(fkeys_signature_);
  const std::string now = fkeys_signature_ + structure::Describe(failures);
  if (now == fkeys_told_) return;
  fkeys_told_ = now;
  conditions_.Replace(kPendingFkey,
                      pending_fkeys_ ? DescribePendingFkeys(target, options_.worker.queue, failures)
                                     : std::vector<pgq::Condition>());
}

void TableSync::Impl::TellLockWaits() {
  std::vector<pgq::Condition> waits;
  for (const auto& [name, copy] : copies_) {
    const std::string holders = copy->board().lock_holders();
    if (holders.empty()) continue;
    waits.push_back(
        {.kind = kCopyWaitsForLock,
         .subject = name,
         .message = "the copy of table " + name + " waits for a lock that is held by " + holders,
         .hint = "It lets others go first and tries again; end that transaction, or "
                 "wait for it."});
  }
  conditions_.Replace(kCopyWaitsForLock, std::move(waits));
}

void TableSync::Impl::StopCopy(const std::string& table) {
  const auto found = copies_.find(pg::QualifiedName::Parse(table).ToString());
  if (found == copies_.end()) return;
  spdlog::info("{}: stopping the copy, the table is being removed", table);
  copies_.erase(found);
  reload_ = true;
}

void TableSync::Impl::StopCopies() {
  for (const auto& [name, copy] : copies_) {
    if (copy->over()) continue;
    const copy_thread::CopyProgress at = copy->board().Read();
    copy->Cancel();
    spdlog::warn("stopping the copy of table {} ({}, {} rows, {} after {:.1f} s); {}", name,
                 at.phase, at.rows, output::FormatBytes(at.bytes),
                 std::chrono::duration<double>(at.elapsed).count(),
                 copy->board().advanced() ? "it goes on from there at the next start"
                                          : "it starts over at the next start");
  }
  copies_.clear();
}

TableSync::TableSync(SyncOptions options, pgq::Conditions& conditions, base::Interrupt& main_wake)
    : impl_(std::make_unique<Impl>(std::move(options), conditions, main_wake)) {}
TableSync::~TableSync() = default;
TableSync::Permit TableSync::BeforeNextBatch(const cascade::NodeInfo& node, pgq::TickId completed,
                                             pg::Connection& target) {
  return impl_->BeforeNextBatch(node, completed, target);
}
void TableSync::OnBatch(const cascade::BatchContext& context) { impl_->OnBatch(context); }
void TableSync::Committed(const cascade::BatchContext& context,
                          pg::Connection& /*target: context.target*/) {
  impl_->Committed(context);
}
void TableSync::OnRoot(pg::Connection& target) { impl_->OnRoot(target); }
void TableSync::TellUnknownTables(const std::function<bool(const std::string&)>& wanted) {
  impl_->TellUnknownTables(wanted);
}
void TableSync::Reconfigure(SyncOptions options) { impl_->Reconfigure(std::move(options)); }
void TableSync::MissingRowsStored() { impl_->MissingRowsStored(); }
void TableSync::Reload() { impl_->Reload(); }
void TableSync::StopCopy(const std::string& table) { impl_->StopCopy(table); }
const apply::TargetTable* TableSync::Resolve(std::string_view queue_table, pgq::Txid txid) {
  return impl_->Resolve(queue_table, txid);
}
void TableSync::StopCopies() { impl_->StopCopies(); }

}  // namespace londiste::sync
