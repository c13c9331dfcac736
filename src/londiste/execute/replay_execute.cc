#include "londiste/execute/replay_execute.h"

#include "londiste/execute/applied_script.h"
#include "londiste/execute/database_scope.h"
#include "londiste/execute/execute_attributes.h"
#include "londiste/execute/script.h"
#include "londiste/execute/script_session.h"

namespace londiste::execute {
namespace {

void RunWhole(pg::Connection& connection, pqxx::transaction_base& tx, const std::string& file,
              const std::string& sql) {
  const Script script(file, sql);
  const ScriptSettings settings(tx, ScriptSettings::For::kTransaction);
  for (std::size_t step = 0; step < script.steps().size(); ++step) script.Run(step, connection, tx);
  settings.Restore(tx);
}

// The line for the log.
std::string RunUnlessDecided(pg::Connection& connection, pqxx::transaction_base& tx,
                             const std::string& queue, const ScriptText& script,
                             const ScriptProgress* known) {
  if (known && known->finished) return "executed \"" + script.file + "\" in pieces";
  if (known && known->decision == "skip")
    return "skipped \"" + script.file + "\", as execute --skip has decided";
  DatabaseScope scope(tx, queue);
  const NodeFit fit =
      FitToNode(ExecuteAttributes::FromEncoded(script.attributes.value_or("")), scope);
  const bool forced = known && known->decision == "force";
  if (!fit.runs() && !forced) {
    if (fit.partly()) ThrowPartly(script.file, fit);
    return "skipped \"" + script.file + "\": this node has none of the objects that it is for";
  }
  RunWhole(connection, tx, script.file, WithNames(script.sql, fit));
  return "executed \"" + script.file + "\"";
}

}  // namespace

void ReplayExecute(pg::Connection& connection, pqxx::transaction_base& tx, const std::string& queue,
                   const pgq::Event& event, const ScriptProgress* known, const Info& info) {
  ScriptText script{.file = std::string(event.extra1_or_empty()),
                    .sql = std::string(event.data_or_empty())};
  if (event.extra2) script.attributes = std::string(*event.extra2);
  SetRoleInTransaction(tx, "local");
  if (const auto note = StartScript(tx, queue, script, Expect::kAnyNode)) {
    info(*note);
  } else {
    info(RunUnlessDecided(connection, tx, queue, script, known));
    FinishScript(tx, queue, script.file);
  }
  SetRoleInTransaction(tx, "replica");
}

}  // namespace londiste::execute
