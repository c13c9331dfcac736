#include "londiste/sync/copy_run.h"

#include <spdlog/spdlog.h>

#include "base/failpoint.h"
#include "londiste/copy/copy_table.h"
#include "londiste/copy/fkeys.h"
#include "londiste/sync/catch_up.h"
#include "londiste/sync/table_state.h"
#include "pg/conninfo.h"
#include "pg/error.h"

namespace londiste::sync {
namespace {

using Kind = MergeState::Kind;

bool SkipsTruncate(const Table& table) {
  const auto found = table.attrs.find("skip_truncate");
  return found != table.attrs.end() && found->second.value_or("0") != "0";
}

bool NotOk(const TableRow& row) { return row.state.kind != Kind::kOk; }

}  // namespace

CopyRun::CopyRun(const CopyJob& job, Handover& handover, CopyBoard& board,
                 base::Interrupt& interrupt, base::Interrupt& main_wake)
    : job_(job),
      handover_(handover),
      board_(board),
      interrupt_(interrupt),
      main_wake_(main_wake),
      remote_{job.options.remote_extra_connstr, job.application_name(), interrupt},
      consumer_(job.options.queue, CopyConsumerName(job.options.consumer, job.table.name)) {}

void CopyRun::Run() {
  board_.Phase("connecting");
  OpenTarget();
  std::optional<TableRow> row;
  {
    pqxx::work tx(*target_);
    row = LockTableRow(tx, job_.options.queue, job_.table.name);
    tx.commit();
  }
  if (!row || !row->local || row->state.kind == Kind::kOk) throw CopyNotWanted(job_.table.name);
  if (!Resume(*row)) Copy(*row);
  CleanUp();
}

void CopyRun::OpenTarget() {
  pg::ConnectOptions options;
  options.connstr = job_.options.local_connstr;
  options.application_name = job_.application_name();
  target_ = std::make_unique<pg::Connection>(options, interrupt_);
  target_->SetReplicationRole(pg::ReplicationRole::kReplica);
  // A worker that is killed must not leave an index build, and the lock on the table, behind for
  // long.
  if (target_->server_major() >= 14)
    pg::ExecAutocommit(*target_, "set client_connection_check_interval = '2s'");
}

void CopyRun::OpenSource(const std::string& connstr) {
  pg::ConnectOptions options;
  options.connstr = connstr;
  options.application_name = job_.application_name();
  source_ = std::make_unique<pg::Connection>(options, interrupt_);
}

// Goes on where an earlier copy stopped after its COPY, when its snapshot and its consumer are both
// still there.
bool CopyRun::Resume(const TableRow& row) {
  if (row.state.kind == Kind::kNone || row.state.kind == Kind::kInCopy || !row.custom_snapshot ||
      row.dropped_ddl)
    return false;
  const auto position = consumer_.Find(*target_);
  if (!position || !position->source_location) return false;
  OpenSource(pg::MergeConnstr(*position->source_location, job_.options.remote_extra_connstr));
  if (!consumer_.StandsAt(*source_, position->completed)) return false;
  {
    pqxx::work tx(*target_);
    ChangeTableState(tx, job_.options.queue, job_.table.name, {Kind::kCatchingUp, {}},
                     [&](const TableRow& now) {
                       return now.state.copying() && now.custom_snapshot == row.custom_snapshot;
                     });
    tx.commit();
  }
  board_.Claim();
  spdlog::info("{}: copy goes on, catching up from tick {}", job_.table.name,
               ToString(position->completed));
  CatchUp(position->completed, pgq::Snapshot::Parse(*row.custom_snapshot));
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
  ChangeTableState(tx, job_.options.queue, job_.table.name, {Kind::kInCopy, {}}, std::nullopt,
                   NotOk);
  tx.commit();
  board_.Claim();
}

void CopyRun::Copy(const TableRow& row) {
  const std::string& queue = job_.options.queue;
  const copy::SourceNode node = ChooseSource();
  OpenSource(node.connstr);
  copy::CopyRequest request{
      job_.table.name, {}, job_.table.dest, SkipsTruncate(job_.table), row.dropped_ddl};
  {
    pqxx::work tx(*source_);
    copy::SourceTable table = copy::LookAtSource(tx, queue, job_.table.name);
    if (!table.reason.empty()) throw SourceNotReady(table.reason);
    request.source = table.name;
  }
  copy::DropFkeys(*target_, job_.table.dest);
  base::HitFailpoint(base::Failpoint::copy_after_drop_fkeys);
  Claim();
  base::HitFailpoint(base::Failpoint::copy_after_state_in_copy);
  const pgq::TickId position = consumer_.Register(*source_, node.name, *target_);
  base::HitFailpoint(base::Failpoint::copy_after_register_consumer);

  spdlog::info("{}: start copy from node {}", job_.table.name, node.name);
  const copy::CopyResult result = copy::CopyTable(
      *source_, *target_, request, board_,
      [&](pqxx::transaction_base& tx, const pgq::Snapshot& snapshot) {
        ChangeTableState(tx, queue, job_.table.name, {Kind::kCatchingUp, {}}, snapshot.ToString(),
                         [](const TableRow& now) { return now.state.kind == Kind::kInCopy; });
        if (row.dropped_ddl)
          cascade::Require(
              cascade::Call(tx, "select * from londiste.local_set_table_struct($1, $2, null)",
                            queue, job_.table.name));
        tx.exec_params("select pgq_node.set_consumer_error($1, $2, null)", queue, consumer_.name());
      });
  board_.Finished(result.rows, result.bytes);
  base::HitFailpoint(base::Failpoint::copy_after_commit);
  CatchUp(position, result.snapshot);
}

void CopyRun::CatchUp(pgq::TickId position, const pgq::Snapshot& snapshot) {
  board_.Advance();
  sync::CatchUp(job_, consumer_.name(), {*source_, *target_, remote_},
                {handover_, board_, interrupt_, main_wake_}, position, snapshot)
      .Run();
}

// The table is in sync whatever happens here; what is left over is found and removed later.
void CopyRun::CleanUp() {
  try {
    consumer_.UnregisterSource(*source_);
    base::HitFailpoint(base::Failpoint::copy_after_unregister);
    consumer_.UnregisterTarget(*target_);
    pg::ExecAutocommit(*target_, "analyze " + job_.table.dest.Quoted());
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt_);
    if (failure.kind != pg::FailureKind::kInterrupted)
      spdlog::warn("{}: in sync, but cleaning up after the copy failed: {}", job_.table.name,
                   failure.message);
  }
}

void StoreCopyError(const CopyJob& job, const std::string& message, base::Interrupt& interrupt) {
  try {
    pg::ConnectOptions options;
    options.connstr = job.options.local_connstr;
    options.application_name = job.application_name();
    pg::Connection target(options, interrupt);
    CopyConsumer(job.options.queue, CopyConsumerName(job.options.consumer, job.table.name))
        .StoreError(target, job.node.provider_node, message);
  } catch (const std::exception& error) {
    spdlog::debug("{}: the error could not be stored: {}", job.table.name, error.what());
  }
}

}  // namespace londiste::sync
