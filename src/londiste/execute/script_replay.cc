#include "londiste/execute/script_replay.h"

#include "londiste/execute/applied_script.h"
#include "londiste/execute/database_scope.h"
#include "londiste/execute/execute_attributes.h"
#include "londiste/execute/script.h"
#include "pg/error_class.h"
#include "pg/quote.h"

namespace londiste::execute {
namespace {

bool IsScript(const pgq::Event& event) { return event.type_or_empty() == "EXECUTE"; }

[[noreturn]] void RethrowWithWaysOut(const ScriptFailure& failure, const std::string& file) {
  std::string hint = failure.hint();
  hint += (hint.empty() ? "" : " ") + WaysOut(file);
  throw ScriptFailure(failure.what(), hint, failure.sqlstate(), failure.detail(),
                      failure.context());
}

bool NeedsSomebody() {
  return pg::Classify(pg::DescribeCurrentFailure()) == pg::ErrorClass::kNeedsSomebody;
}

}  // namespace

void ScriptReplay::Connected(pg::Connection& target) {
  target_ = &target;
  Forget();
}

void ScriptReplay::Closing() {
  try {
    if (failed_ && target_) Read(*target_);
  } catch (const std::exception&) {
    // The session is part of the trouble: noted in the next one.
  }
  target_ = nullptr;
  Forget();
}

void ScriptReplay::BeforeNextBatch(pg::Connection& target) {
  if (!known_) Read(target);
}

void ScriptReplay::Read(pg::Connection& target) {
  pqxx::work tx(target);
  if (failed_ && KeepsProgress(tx)) WriteProgress(tx, queue_, *failed_);
  progress_ = ReadProgress(tx, queue_);
  tx.commit();
  failed_.reset();
  known_ = true;
}

// The position was moved past it, by hand.
void ScriptReplay::DropOld(pg::Connection& target, pgq::TickId position) {
  if (!progress_ || !progress_->tick || position < *progress_->tick) return;
  pqxx::work tx(target);
  RemoveProgress(tx, queue_);
  tx.commit();
  progress_.reset();
}

bool ScriptReplay::OnBatch(const cascade::BatchContext& context, PiecewiseRun::InTransaction before,
                           PiecewiseRun::InTransaction after) {
  if (!known_) Read(context.target);
  DropOld(context.target, context.batch.prev_tick);
  if (!in_a_batch() || progress_->finished) return false;
  bool ran = false;
  try {
    ran = MustRun(context.target);
    if (ran) {
      PiecewiseRun run(context.target, queue_, *progress_);
      run.OnPiece(std::move(before), std::move(after));
      run.Run();
    }
  } catch (const ScriptFailure& failure) {
    if (!NeedsSomebody()) throw;
    RethrowWithWaysOut(failure, progress_->file);
  }
  progress_->finished = true;
  Store(context.target);
  return ran;
}

// Else it is finished as it is. Throws ScriptFailure, which is stored.
bool ScriptReplay::MustRun(pg::Connection& target) {
  ScriptProgress& script = *progress_;
  if (script.decision == "skip") return false;
  if (script.statement > 1 || script.running) return true;  // begun, by an earlier process perhaps
  NodeFit fit;
  {
    pqxx::work tx(target);
    if (IsApplied(tx, script.file)) return false;
    DatabaseScope scope(tx, queue_);
    fit = FitToNode(ExecuteAttributes::FromEncoded(script.attributes.value_or("")), scope);
  }
  if (script.decision == "force") return true;
  if (fit.partly()) {
    try {
      ThrowPartly(script.file, fit);
    } catch (const ScriptFailure& failure) {
      script.error = failure.what();
      Store(target);
      throw;
    }
  }
  return fit.runs();
}

void ScriptReplay::Store(pg::Connection& target) {
  pqxx::work tx(target);
  WriteProgress(tx, queue_, *progress_);
  tx.commit();
}

// Events have the same ids on all nodes, and a tick stands for the same events, whatever the
// provider's transactions are called: so this holds for any batch that begins at the position.
std::string ScriptReplay::Filter() const {
  if (!in_a_batch()) return "";
  return "not (ev_id < " + std::to_string(*progress_->event) +
         " and coalesce(pg_catalog.txid_visible_in_snapshot(ev_txid, (select t.tick_snapshot from "
         "pgq.tick t join pgq.queue q on q.queue_id = t.tick_queue where q.queue_name = " +
         pg::QuoteLiteral(queue_) + " and t.tick_id = " + ToString(*progress_->tick) + ")), true))";
}

const ScriptProgress* ScriptReplay::Known(const pgq::Event& event) const {
  return progress_ && progress_->event == event.id.value() ? &*progress_ : nullptr;
}

ScriptProgress ScriptReplay::Of(const cascade::BatchContext& context,
                                const pgq::Event& event) const {
  ScriptProgress progress{.file = std::string(event.extra1_or_empty()),
                          .sql = std::string(event.data_or_empty())};
  if (event.extra2) progress.attributes = std::string(*event.extra2);
  progress.event = event.id.value();
  progress.tick =
      in_a_batch() ? std::max(*progress_->tick, context.batch.tick) : context.batch.tick;
  return progress;
}

bool ScriptReplay::StopsBefore(const pgq::Event& event, Cut cut) const {
  if (!IsScript(event)) return false;
  if (in_a_batch()) return !Known(event) || !progress_->finished;  // one row for both: no other way
  if (cut == Cut::kAtPublished && event.extra1_or_empty().starts_with("ddl.")) return true;
  try {
    return Script(std::string(event.extra1_or_empty()), event.data_or_empty()).runs_in_pieces();
  } catch (const base::Error&) {
    return false;  // Replay says so, or passes it over
  }
}

void ScriptReplay::StopBefore(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                              const pgq::Event& event) {
  ScriptProgress next = Of(context, event);
  RequireProgressTable(tx, next.file);
  next.part_applied = true;
  WriteProgress(tx, queue_, next);
  Forget();  // until it is committed
}

void ScriptReplay::Replay(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                          const pgq::Event& event) {
  const ScriptProgress* known = Known(event);
  try {
    ReplayExecute(context.target, tx, queue_, event, known, info_);
  } catch (...) {
    NoteFailure(context, event);
  }
  if (known && !known->part_applied) {
    RemoveProgress(tx, queue_);
    progress_.reset();
  }
}

void ScriptReplay::NoteFailure(const cascade::BatchContext& context, const pgq::Event& event) {
  try {
    throw;
  } catch (const base::Error& failure) {
    if (in_a_batch() || !NeedsSomebody()) throw;
    failed_ = Of(context, event);
    failed_->error = failure.what();
    if (const auto* script = dynamic_cast<const ScriptFailure*>(&failure))
      RethrowWithWaysOut(*script, failed_->file);
    throw;
  }
}

void ScriptReplay::Finish(const cascade::BatchContext& context, pqxx::transaction_base& tx) {
  if (!progress_ || !progress_->tick || context.batch.tick < *progress_->tick) return;
  RemoveProgress(tx, queue_);
  progress_.reset();
}

}  // namespace londiste::execute
