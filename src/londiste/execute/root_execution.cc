#include "londiste/execute/root_execution.h"

#include <set>

#include "base/error.h"
#include "base/failpoint.h"
#include "londiste/execute/database_scope.h"
#include "londiste/execute/execute_attributes.h"
#include "londiste/execute/piecewise_run.h"
#include "londiste/execute/script_session.h"
#include "pg/sqlstate.h"

namespace londiste::execute {
namespace {

NodeFit FitHere(pqxx::transaction_base& tx, const std::string& queue, const ScriptText& script) {
  DatabaseScope scope(tx, queue);
  NodeFit fit = FitToNode(ExecuteAttributes::FromEncoded(script.attributes.value_or("")), scope);
  if (fit.partly()) ThrowPartly(script.file, fit);
  return fit;
}

std::string Skipping(const std::string& file) { return "Skipping execution of '" + file + "'"; }

}  // namespace

std::string RootExecution::LockTimeout() const {
  return "set local lock_timeout = " + std::to_string(lock_timeout_.count());
}

void RootExecution::Run(const std::vector<ScriptText>& scripts) {
  std::set<std::string> names, in_pieces;
  for (const ScriptText& script : scripts) {
    if (!names.insert(script.file).second)
      throw base::Error("two files are named \"" + script.file + "\"",
                        "The name without its folder says which scripts were executed before.");
    if (Script(script.file, script.sql).runs_in_pieces()) in_pieces.insert(script.file);
  }
  if (const auto unfinished = Unfinished(); unfinished && unfinished->file != scripts.front().file)
    throw base::Error("script \"" + unfinished->file + "\" of queue " + queue_ +
                          " is not finished: " +
                          (unfinished->error.empty() ? "it was interrupted" : unfinished->error),
                      WaysOut(unfinished->file));
  std::vector<const ScriptText*> whole;
  for (const ScriptText& script : scripts) {
    if (!in_pieces.contains(script.file)) {
      whole.push_back(&script);
      continue;
    }
    RunWhole(std::exchange(whole, {}));
    RunInPieces(script);
  }
  RunWhole(whole);
}

std::optional<ScriptProgress> RootExecution::Unfinished() {
  pqxx::work tx(connection_);
  return ReadProgress(tx, queue_);
}

void RootExecution::RunWhole(const std::vector<const ScriptText*>& scripts) {
  if (scripts.empty()) return;
  std::vector<std::string> done;
  pqxx::work tx(connection_);
  SetRoleInTransaction(tx, "local");
  for (const ScriptText* script : scripts) {
    if (StartScript(tx, queue_, *script, Expect::kRoot)) {
      info_(Skipping(script->file));
      continue;
    }
    RunHere(tx, *script);
    FinishScript(tx, queue_, script->file);
    done.push_back(script->file);
  }
  base::HitFailpoint(base::Failpoint::execute_before_piece_commit);
  tx.commit();
  for (const std::string& file : done) info_("Executed '" + file + "'");
}

void RootExecution::RunHere(pqxx::transaction_base& tx, const ScriptText& text) {
  const NodeFit fit = FitHere(tx, queue_, text);
  if (!fit.runs()) {
    info_("'" + text.file + "' does not run on this node, which has nothing that it names");
    return;
  }
  tx.exec(LockTimeout());
  const Script script(text.file, WithNames(text.sql, fit));
  const ScriptSettings settings(tx, ScriptSettings::For::kTransaction);
  for (std::size_t step = 0; step < script.steps().size(); ++step)
    script.Run(step, connection_, tx);
  settings.Restore(tx);
}

// Nothing of it may run here: then it only goes on the queue. Throws on a partial match.
bool RootExecution::IsForOthersOnly(const ScriptText& script) {
  pqxx::work tx(connection_);
  RequireProgressTable(tx, script.file);
  return !FitHere(tx, queue_, script).runs();
}

void RootExecution::RunInPieces(const ScriptText& script) {
  TakeTurn();
  std::optional<ScriptProgress> progress = Unfinished();
  if (progress && progress->sql != script.sql)
    throw base::Error(
        "script \"" + script.file + "\" was begun with another text, and is not finished",
        WaysOut(script.file));
  if (!progress) {
    {
      pqxx::work tx(connection_);
      if (IsApplied(tx, script.file)) return info_(Skipping(script.file));
    }
    if (IsForOthersOnly(script)) return RunWhole({&script});
    progress =
        ScriptProgress{.file = script.file, .sql = script.sql, .attributes = script.attributes};
  }
  RunPieces(*progress);
}

void RootExecution::Resume() {
  TakeTurn();
  const auto progress = Unfinished();
  if (!progress) throw base::Error("no script of queue " + queue_ + " waits to be finished here");
  RunPieces(*progress);
}

void RootExecution::RunPieces(ScriptProgress progress) {
  PiecewiseRun run(connection_, queue_, progress);
  const ScriptText text{progress.file, progress.sql, progress.attributes};
  // Rows that show what the script did must come behind it on the queue: it goes there with the
  // first piece that has a transaction. Indexes that are built before show in no row.
  run.OnPiece(
      [&](pqxx::transaction_base& tx) {
        if (!progress.sent) StartScript(tx, queue_, text, Expect::kRoot);
        tx.exec(LockTimeout());
      },
      [&](pqxx::transaction_base& tx) {
        if (!progress.sent) FinishScript(tx, queue_, progress.file);
        progress.sent = true;
      });
  try {
    run.Run();
  } catch (const ScriptFailure& failure) {
    if (progress.sent || progress.running || progress.statement > 1)
      throw ScriptFailure(failure.what(), "What came before it is done. " + WaysOut(progress.file),
                          failure.sqlstate(), failure.detail(), failure.context());
    GiveUp();
    throw;
  }
  Send(progress);
  info_("Executed '" + progress.file + "'");
}

void RootExecution::Send(ScriptProgress& progress) {
  pqxx::work tx(connection_);
  if (!progress.sent) {
    SetRoleInTransaction(tx, "local");
    StartScript(tx, queue_, {progress.file, progress.sql, progress.attributes}, Expect::kRoot);
    FinishScript(tx, queue_, progress.file);
  }
  RemoveProgress(tx, queue_);
  tx.commit();
}

// Nothing was done.
void RootExecution::GiveUp() {
  pqxx::work tx(connection_);
  const OwnSettings own(tx);
  RemoveProgress(tx, queue_);
  tx.commit();
}

// Two that run at once would repeat each other's statements; the session of one that was killed may
// still be at its last statement, and is waited for.
void RootExecution::TakeTurn() {
  pqxx::nontransaction tx(connection_);
  tx.exec("set lock_timeout = " + std::to_string(lock_timeout_.count()));
  try {
    tx.exec_params("select pg_catalog.pg_advisory_lock(" + std::string(kTurnLock) + ")", queue_);
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() != pg::sqlstate::kLockNotAvailable) throw;
    throw base::Error("another session executes a script of queue " + queue_,
                      "It may be left over from a command that was killed, and then ends with its "
                      "statement: try again later.");
  }
  tx.exec("set lock_timeout = 0");
}

}  // namespace londiste::execute
