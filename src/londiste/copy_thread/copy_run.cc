#include "londiste/copy_thread/copy_run.h"

#include <spdlog/spdlog.h>

#include "base/failpoint.h"
#include "base/growing_pause.h"
#include "londiste/copy/copy_table.h"
#include "londiste/copy_thread/catch_up.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/structure/fkeys.h"
#include "londiste/tables/merge_parts.h"
#include "londiste/tables/table_state.h"
#include "pg/conninfo.h"
#include "pg/error.h"

namespace londiste::copy_thread {
namespace {

using Kind = tables::MergeState::Kind;

// How soon and how seldom it is looked whether another queue's copy is done.
constexpr base::Duration kFirstLook{100}, kLongestLook{2'000};

std::string TargetPurpose(const CopyJob& job) { return "target " + job.worker.local_connstr; }
std::string SourcePurpose(const std::string& connstr) { return "source " + connstr; }

const char* PartText(copy::CopyPart part) {
  switch (part) {
    case copy::CopyPart::kLead:
      return ", ahead of the other queues that fill it";
    case copy::CopyPart::kJoin:
      return ", beside the rows of other queues";
    case copy::CopyPart::kWhole:
      break;
  }
  return "";
}

}  // namespace

CopyRun::CopyRun(const CopyJob& job, IdleSessions& idle, Handover& handover, CopyMonitor& monitor,
                 base::Interrupt& interrupt, base::Interrupt& main_wake)
    : job_(job),
      idle_(idle),
      handover_(handover),
      monitor_(monitor),
      interrupt_(interrupt),
      main_wake_(main_wake),
      remote_{job.settings.remote_extra_connstr, job.application_name(), interrupt},
      consumer_(job.worker.queue, CopyConsumerName(job.worker.consumer, job.table.name)),
      stored_state_(job.worker.queue, job.table.name, consumer_.name()) {}

void CopyRun::Run() {
  monitor_.Phase("connecting");
  const std::string name = job_.application_name();
  target_session_ = idle_.Take(
      TargetPurpose(job_), name,
      [&](base::Interrupt& interrupt) { return NewTarget(name, interrupt); }, interrupt_);
  target_ = &target_session_->connection();
  std::optional<tables::Table> row;
  {
    pqxx::work tx(*target_);
    row = tables::LockTable(tx, job_.worker.queue, job_.table.name);
    tx.commit();
  }
  if (!row || !row->local || row->state.kind == Kind::kOk)
    throw tables::CopyNotWanted(job_.table.name);
  if (!NewHandler()->copies_rows()) return StoreWithoutRows();
  if (!Resume(*row)) Copy(*row);
  if (CleanUp()) KeepSessions();
}

// What applying events has prepared and staged is in the session, under its names.
void CopyRun::KeepSessions() {
  if (wrote_events_) return;
  idle_.Keep(TargetPurpose(job_), std::move(target_session_));
  idle_.Keep(SourcePurpose(source_connstr_), std::move(source_session_));
}

std::unique_ptr<pg::Connection> CopyRun::NewTarget(const std::string& name,
                                                   base::Interrupt& interrupt) const {
  const auto options = pg::ConnectOptions::Fixed(job_.worker.local_connstr, name);
  auto target = std::make_unique<pg::Connection>(options, interrupt);
  target->SetReplicationRole(pg::ReplicationRole::kReplica);
  // A worker that is killed must not leave an index build, and the lock on the table, behind for
  // long.
  if (target->server_major() >= 14)
    pg::ExecAutocommit(*target, "set client_connection_check_interval = '2s'");
  return target;
}

std::unique_ptr<pg::Connection> CopyRun::NewSource(const std::string& name,
                                                   base::Interrupt& interrupt) const {
  const auto options = pg::ConnectOptions::Fixed(source_connstr_, name);
  return std::make_unique<pg::Connection>(options, interrupt);
}

void CopyRun::OpenSource(const std::string& connstr) {
  source_connstr_ = connstr;
  const std::string name = job_.application_name();
  source_session_ = idle_.Take(
      SourcePurpose(connstr), name,
      [&](base::Interrupt& interrupt) { return NewSource(name, interrupt); }, interrupt_);
  source_ = &source_session_->connection();
}

copy::CopySessions CopyRun::Sessions() {
  return {*source_, *target_,
          [this](base::Interrupt& interrupt) { return NewSource(job_.helper_name(), interrupt); },
          [this](base::Interrupt& interrupt) { return NewTarget(job_.helper_name(), interrupt); }};
}

// Goes on where an earlier copy stopped after its COPY, when its snapshot and its consumer are both
// still there.
bool CopyRun::Resume(const tables::Table& row) {
  if (row.state.kind == Kind::kNone || row.state.kind == Kind::kInCopy || !row.custom_snapshot)
    return false;
  const auto position = consumer_.Find(*target_);
  if (!position || !position->source_location) return false;
  OpenSource(pg::MergeConnstr(*position->source_location, job_.settings.remote_extra_connstr));
  if (!consumer_.StandsAt(*source_, position->completed)) return false;
  if (!consumer_.SamePast(*source_, *target_)) {
    spdlog::info(
        "{}: node {} was restored or failed over since the table was copied: the copy starts over",
        job_.table.name, position->source_node);
    return false;
  }
  {
    pqxx::work tx(*target_);
    tables::ChangeTableState(tx, job_.worker.queue, job_.table.name,
                             {.to = {.kind = Kind::kCatchingUp}, .snapshot = row.custom_snapshot});
    tx.commit();
  }
  monitor_.Claim();
  spdlog::info("{}: copy continues, catching up from tick {}", job_.table.name,
               ToString(position->completed));
  AwaitParts();
  RestoreStructure();
  CatchUp(position->completed, *row.custom_snapshot);
  return true;
}

copy::SourceNode CopyRun::ChooseSource() {
  pqxx::work tx(*target_);
  copy::SourceNode source = copy::FindSource(tx, job_.node, job_.table, remote_);
  tx.commit();
  return source;
}

void CopyRun::Claim() {
  pqxx::work tx(*target_);
  tables::ChangeTableState(tx, job_.worker.queue, job_.table.name, {.to = {.kind = Kind::kInCopy}});
  tx.commit();
  monitor_.Claim();
}

// What the queues of a merge have agreed on by their states.
void CopyRun::PlanPart(const tables::Table& row, copy::CopyRequest& request) {
  using Step = tables::PartCopy::Step;
  std::vector<tables::MergePart> others;
  {
    pqxx::work tx(*target_);
    others = tables::ReadOtherParts(tx, job_.worker.queue, job_.table.name);
    tx.commit();
  }
  const tables::PartCopy plan = tables::DecidePartCopy(row, others);
  if (plan.step == Step::kWait)
    throw SourceNotReady("table " + job_.table.name + ": its copy " + plan.reason);
  if (plan.step == Step::kRefuse)
    throw base::Error("could not copy table " + job_.table.name + ": " + plan.reason,
                      tables::kMergeRefusedHint);
  request.skip_truncate = !plan.empties;
  if (plan.step == Step::kLead) request.part = copy::CopyPart::kLead;
  if (plan.step == Step::kJoin) request.part = copy::CopyPart::kJoin;
}

// The lead puts the table's indexes back when the other queues of the merge have copied their rows;
// these need the indexes to catch up.
void CopyRun::AwaitParts() {
  base::GrowingPause pause({.first = kFirstLook, .longest = kLongestLook});
  std::string told;
  for (;;) {
    std::string awaited;
    {
      pqxx::work tx(*target_);
      const auto row = tables::ReadTable(tx, job_.worker.queue, job_.table.name);
      if (!row || !row->local || row->state.kind != Kind::kCatchingUp)
        throw tables::CopyNotWanted(job_.table.name);
      awaited =
          tables::AwaitedPart(*row, tables::ReadOtherParts(tx, job_.worker.queue, job_.table.name));
      tx.commit();
    }
    if (awaited.empty()) break;
    if (awaited != told)
      spdlog::info("{}: rows are copied, waiting for the copy of queue {}", job_.table.name,
                   awaited);
    told = awaited;
    monitor_.Phase("waiting for queue " + awaited);
    monitor_.OnlyWaiting();
    interrupt_.Sleep(base::Deadline::After(pause.Next()));
  }
  monitor_.OnlyCatchingUp();
}

// All rows are there; what was taken away before they came is put back.
void CopyRun::RestoreStructure() {
  std::optional<tables::Table> row;
  {
    pqxx::work tx(*target_);
    row = tables::LockTable(tx, job_.worker.queue, job_.table.name);
    tx.commit();
  }
  if (!row || !row->dropped_ddl) return;
  const copy::CopySessions sessions = Sessions();
  copy::StructureRestore(sessions, job_.table.dest, job_.settings.ranges, monitor_, stored_state_)
      .Run(structure::DroppedStructure::Parse(*row->dropped_ddl));
}

// From the main worker's next batch on the table's events are given to the handler.
void CopyRun::StoreWithoutRows() {
  pqxx::work tx(*target_);
  tables::ChangeTableState(tx, job_.worker.queue, job_.table.name, {.to = {.kind = Kind::kOk}});
  tx.commit();
  spdlog::info("{}: in sync, its handler copies no rows", job_.table.name);
}

std::unique_ptr<handlers::Handler> CopyRun::NewHandler() const {
  auto handler = handlers::MakeHandlerOf(job_.table, job_.settings.handlers);
  pqxx::read_transaction tx(*target_);
  handler->LookAtTarget(tx);
  return handler;
}

void CopyRun::Copy(const tables::Table& row) {
  const std::string& queue = job_.worker.queue;
  const copy::SourceNode node = ChooseSource();
  OpenSource(node.connstr);
  const std::unique_ptr<handlers::Handler> handler = NewHandler();
  copy::CopyRequest request{.table = job_.table.name,
                            .source = {},
                            .dest = job_.table.dest,
                            .skip_truncate = job_.table.skip_truncate(),
                            .dropped_ddl = row.dropped_ddl,
                            .ranges = job_.settings.ranges,
                            .selection = handler->Selection()};
  if (handler->rewrites_rows())
    request.selection.rewrite = [&](std::string_view column) { return handler->Rewrite(column); };
  {
    pqxx::work tx(*source_);
    copy::SourceTable table = copy::ReadSourceTable(tx, queue, job_.table.name);
    if (!table.reason.empty()) throw SourceNotReady(table.reason);
    request.source = table.name;
    request.source_left_out = std::move(table.left_out);
  }
  PlanPart(row, request);
  structure::DropFkeys(*target_, job_.table.dest,
                       [this](const std::vector<pg::QualifiedName>& tables) {
                         copy::ReportLockHolders(*target_, tables, monitor_);
                       });
  monitor_.WaitsForLock("");
  base::HitFailpoint(base::Failpoint::copy_after_drop_fkeys);
  Claim();
  base::HitFailpoint(base::Failpoint::copy_after_state_in_copy);
  const pgq::TickId position = consumer_.Register(*source_, node.name, *target_);
  base::HitFailpoint(base::Failpoint::copy_after_register_consumer);

  spdlog::info("{}: start copy from node {}{}", job_.table.name, node.name, PartText(request.part));
  const copy::CopySessions sessions = Sessions();
  const copy::CopyResult result = copy::CopyTable(sessions, request, monitor_, stored_state_);
  monitor_.Finished(result.rows, result.bytes);
  base::HitFailpoint(base::Failpoint::copy_after_commit);
  if (result.structure_missing) {
    monitor_.Advance();
    AwaitParts();
    RestoreStructure();
  }
  CatchUp(position, result.snapshot);
}

void CopyRun::CatchUp(pgq::TickId position, const pgq::Snapshot& snapshot) {
  monitor_.Advance();
  monitor_.OnlyCatchingUp();
  apply::TargetTable table{job_.table, NewHandler()};
  {
    pqxx::read_transaction tx(*target_);
    table.table.left_out = tables::LoadLeftOutColumns(tx, job_.worker.queue)[job_.table.name];
  }
  copy_thread::CatchUp catch_up(job_, consumer_.name(), {*source_, *target_, remote_},
                                {handover_, monitor_, interrupt_, main_wake_}, std::move(table),
                                position, snapshot);
  catch_up.Run();
  wrote_events_ = catch_up.events() > 0;
}

// The table is in sync whatever happens here; what is left over is found and removed later.
bool CopyRun::CleanUp() {
  try {
    consumer_.UnregisterSource(*source_);
    base::HitFailpoint(base::Failpoint::copy_after_unregister);
    consumer_.UnregisterTarget(*target_);
    pg::ExecAutocommit(*target_, "analyze " + job_.table.dest.Quoted());
    return true;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt_);
    if (failure.kind != pg::FailureKind::kInterrupted)
      spdlog::warn("{}: in sync, but cleaning up after the copy failed: {}", job_.table.name,
                   failure.message);
    return false;
  }
}

void StoreCopyError(const CopyJob& job, const std::string& message, base::Interrupt& interrupt) {
  try {
    const auto options =
        pg::ConnectOptions::Fixed(job.worker.local_connstr, job.application_name());
    pg::Connection target(options, interrupt);
    CopyConsumer(job.worker.queue, CopyConsumerName(job.worker.consumer, job.table.name))
        .StoreError(target, job.node.provider_node, message);
  } catch (const std::exception& error) {
    spdlog::debug("{}: the error could not be stored: {}", job.table.name, error.what());
  }
}

}  // namespace londiste::copy_thread
