#include "londiste/execute/piecewise_run.h"

#include "base/failpoint.h"
#include "londiste/execute/database_scope.h"
#include "londiste/execute/execute_attributes.h"
#include "londiste/execute/outside_statement.h"
#include "londiste/execute/script_session.h"

namespace londiste::execute {
namespace {

// Statements that say how the session's later ones are meant.
bool SetsSession(const pg::ScriptStatement& statement) {
  const auto& words = statement.words;
  if (words.empty() || (words[0] != "set" && words[0] != "reset")) return false;
  for (const char* other : {"local", "transaction", "constraints"})
    if (words.size() > 1 && words[1] == other) return false;
  return true;
}

}  // namespace

void PiecewiseRun::Run() {
  progress_.error.clear();
  try {
    const Script script = ReadScript();
    RunPieces(script);
  } catch (const ScriptFailure& failure) {
    StoreError(failure.what());
    throw;
  }
}

// Its conditions were looked at before the first piece, and the pieces since may have changed what
// they are about.
Script PiecewiseRun::ReadScript() {
  pqxx::work tx(connection_);
  DatabaseScope scope(tx, queue_);
  const auto attributes = ExecuteAttributes::FromEncoded(progress_.attributes.value_or(""));
  return Script(progress_.file, WithNames(progress_.sql, FitToNode(attributes, scope)));
}

void PiecewiseRun::RunPieces(const Script& script) {
  std::optional<ScriptSettings> settings;
  {
    pqxx::nontransaction tx(connection_);
    settings.emplace(tx, ScriptSettings::For::kSession);
  }
  RepeatSettings(script);
  for (const Script::Piece& piece : script.pieces()) {
    if (static_cast<int>(piece.end) < progress_.statement) continue;
    if (piece.outside)
      RunOutsideTransaction(connection_, queue_, script, progress_);
    else
      RunInside(script, piece);
  }
  pqxx::nontransaction tx(connection_);
  settings->Restore(tx);
}

// After an interruption: those of the pieces before.
void PiecewiseRun::RepeatSettings(const Script& script) {
  pqxx::nontransaction tx(connection_);
  for (std::size_t step = 0;
       step + 1 < static_cast<std::size_t>(progress_.statement) && step < script.steps().size();
       ++step)
    if (SetsSession(script.steps()[step].statement)) script.Run(step, connection_, tx);
}

void PiecewiseRun::RunInside(const Script& script, const Script::Piece& piece) {
  ScriptProgress after = progress_;
  after.statement = static_cast<int>(piece.end) + 1;
  pqxx::work tx(connection_);
  OwnSettings first(tx);
  SetRoleInTransaction(tx, "local");
  before_(tx);
  first.Restore();
  for (std::size_t step = piece.first; step < piece.end; ++step) script.Run(step, connection_, tx);
  const OwnSettings last(tx);
  after_(tx);
  after.sent = progress_.sent;
  WriteProgress(tx, queue_, after);
  base::HitFailpoint(base::Failpoint::execute_before_piece_commit);
  tx.commit();
  progress_ = after;
  base::HitFailpoint(base::Failpoint::execute_after_piece);
}

void PiecewiseRun::StoreError(const std::string& message) {
  progress_.error = message;
  Store();
}

void PiecewiseRun::Store() {
  pqxx::work tx(connection_);
  const OwnSettings own(tx);
  WriteProgress(tx, queue_, progress_);
  tx.commit();
}

}  // namespace londiste::execute
