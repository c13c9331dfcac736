// remove-table
#include <spdlog/spdlog.h>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/node/bulk_operation.h"
#include "londiste/node/missing_objects.h"
#include "londiste/node/node_session.h"
#include "londiste/output/answer_log.h"
#include "londiste/structure/brief_locks.h"
#include "londiste/structure/restore_fkeys.h"
#include "londiste/tables/name_selection.h"
#include "londiste/tables/registry.h"
#include "pg/error.h"
#include "pg/sqlstate.h"

namespace londiste::commands {
namespace {

constexpr int kAttempts = 30;  // of a second each

// A copy holds the table's lock for as long as it takes. Taking its state away makes the worker
// stop it.
void StopCopy(node::NodeSession& session, const std::string& name) {
  pqxx::work tx(session.local());
  pqxx::result copying = tx.exec_params(
      "select 1 from londiste.table_info where queue_name = $1 and table_name = $2 and merge_state "
      "<> 'ok'",
      session.queue(), name);
  if (copying.empty()) return;
  output::CommitAndReport(
      tx, cascade::Call(tx, "select * from londiste.local_set_table_state($1, $2, null, null)",
                        session.queue(), name));
  session.WakeWorker();
}

void Remove(node::NodeSession& session, const std::string& name) {
  for (int attempt = 1;; ++attempt) {
    StopCopy(session, name);
    try {
      pqxx::work tx(session.local());
      // A copy that holds the table's lock may just be waiting for the table's state.
      tx.exec0(structure::kBriefLocks);
      output::CommitAndReport(tx,
                              cascade::Call(tx, "select * from londiste.local_remove_table($1, $2)",
                                            session.queue(), name));
      return;
    } catch (...) {
      const std::string sqlstate = pg::DescribeCurrentFailure().sqlstate;
      // A deadlock where deadlock_timeout is shorter than our own.
      if (sqlstate != pg::sqlstate::kLockNotAvailable &&
          sqlstate != pg::sqlstate::kDeadlockDetected)
        throw;
      if (attempt == kAttempts)
        throw base::Error("could not remove table " + name + ": another session holds a lock on it",
                          "Look for long transactions in pg_stat_activity, then try again.");
      if (attempt == 1) spdlog::info("{}: waiting for a lock", name);
      structure::PauseForLocks(session.local());
    }
  }
}

int Run(CommandContext& context) {
  node::RequireNames(context, "tables", "tables");
  node::NodeSession session(context);
  session.node();
  std::vector<std::string> local, elsewhere;
  {
    pqxx::work tx(session.local());
    for (const tables::Table& table : tables::ReadTables(tx, session.queue()))
      (table.local ? local : elsewhere).push_back(table.name);
  }
  tables::NameRequest request{context.arguments, context.options.Has("all"),
                              context.options.Has("force")};
  const tables::SelectedNames selected = tables::SelectNames(
      request, local, elsewhere,
      {.processed = [](const std::string&) { return "it is not replicated to this node"; }});
  node::BulkOperation each("table", "removed");
  for (const std::string& name : selected.unknown)
    each.Refuse(name, "Command tables lists what this node replicates.");
  each.Do(selected.names, [&](const std::string& name) { Remove(session, name); });
  if (each.any_done()) {
    structure::RestoreFkeysLeft(session.local(), session.queue());
    session.WakeWorker();
  }
  each.Finish("remove");
  return 0;
}

}  // namespace

const Command kRemoveTable = {
    .name = "remove-table",
    .arguments = "TABLE...",
    .summary = "stop replicating tables to this node; on the root: to all nodes",
    .details = "Removes the triggers; the rows stay.",
    .options = {"all", "force"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
