// resync
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "cascade/node_duties.h"
#include "londiste/commands/command.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/node/await_sync.h"
#include "londiste/node/bulk_operation.h"
#include "londiste/node/node_session.h"
#include "londiste/output/answer_log.h"
#include "londiste/structure/dropped_statement.h"
#include "londiste/structure/lock_timeout.h"
#include "londiste/tables/attributes.h"
#include "londiste/tables/merge_parts.h"
#include "londiste/tables/name_selection.h"
#include "londiste/tables/other_feeders.h"
#include "londiste/tables/registry.h"
#include "londiste/tables/table_state.h"

namespace londiste::commands {
namespace {

// The names that can be copied from the provider; the others are refused.
std::vector<std::string> OnProvider(node::NodeSession& session,
                                    const std::vector<std::string>& names,
                                    node::BulkOperation& each) {
  pqxx::work tx(session.provider());
  std::vector<tables::Table> tables = tables::ReadTables(tx, session.queue());
  std::vector<std::string> there;
  for (const std::string& name : names) {
    const tables::Table* table = tables::FindTable(tables, name);
    if (table && table->local) {
      there.push_back(name);
    } else {
      spdlog::error("Table {} is not added on node \"{}\": run add-table there first", name,
                    session.node().provider_node);
      each.Refuse(name, "Or use --find-copy-node to copy from a node nearer to the root.");
    }
  }
  return there;
}

// A table that was dropped and created again has lost its triggers. SkyTools' schema has no
// function for that.
void RestoreTriggers(node::NodeSession& session, pqxx::work& tx, const std::string& name) {
  if (tx.exec1(
            "select pg_catalog.to_regprocedure('londiste.restore_triggers(text, text, text[])')")[0]
          .is_null())
    return;
  const cascade::Answer answer = cascade::Call(
      tx, "select * from londiste.restore_triggers($1, $2, null)", session.queue(), name);
  constexpr int kNoTable = 404;  // the copy waits for it
  if (answer.code == kNoTable)
    spdlog::warn("{}", answer.note);
  else
    output::ReportAnswer(answer);
}

// What another queue brought would be lost.
void RefuseToEmpty(node::NodeSession& session, const tables::Table& table) {
  if (table.skip_truncate()) return;
  pqxx::work tx(session.local());
  const auto feeders = tables::FindOtherFeeders(tx, session.queue());
  const auto found = feeders.find(table.name);
  if (found != feeders.end())
    throw base::Error(tables::DescribeOtherFeeders(table.name, found->second),
                      tables::kOtherFeedersHint);
}

// What a copy had taken away is put back into the table, emptied of what copies left there: all
// parts begin anew.
void PutStructureBack(pqxx::work& tx, const std::string& queue, const std::string& table,
                      const pg::QualifiedName& dest) {
  const auto row = tables::LockTable(tx, queue, table);
  if (!row || !row->dropped_ddl) return;
  // Neither refused by the triggers of the queues nor published by them.
  tx.exec0("select londiste.set_session_replication_role('replica', true)");
  tx.exec0("truncate only " + dest.Quoted());
  tx.exec0("select londiste.set_session_replication_role('origin', true)");
  structure::RunDroppedStatement(tx, dest, *row->dropped_ddl);
  cascade::Require(cascade::Call(tx, "select * from londiste.local_set_table_struct($1, $2, null)",
                                 queue, table));
}

// A table that several queues of a merge fill is emptied for all of them or not at all.
void ResetParts(const CommandContext& context, node::NodeSession& session, pqxx::work& tx,
                const tables::Table& table) {
  if (table.skip_truncate()) return;
  std::vector<tables::MergePart> parts = tables::ReadOtherParts(tx, session.queue(), table.name);
  if (parts.empty()) return;
  for (const tables::MergePart& part : parts) {
    cascade::Require(
        cascade::Call(tx, "select * from londiste.local_set_table_state($1, $2, null, null)",
                      part.queue, part.table));
    spdlog::info("Table {} of queue {} is marked for a new copy, too", part.table, part.queue);
  }
  structure::WithLockTimeout(tx, context.settings, table.dest.ToString(), [&] {
    PutStructureBack(tx, session.queue(), table.name, table.dest);
    for (const tables::MergePart& part : parts)
      PutStructureBack(tx, part.queue, part.table, table.dest);
  });
}

void RefuseBelowBranch(node::NodeSession& session) {
  if (!cascade::DutiesOf(session.node()).waits_behind()) return;
  const std::string combined = session.node().combined_queue.value_or("");
  throw base::Error("the rows of this node come with queue " + combined,
                    "Run resync with the configuration file of that queue's node.");
}

// Events that come until it is in sync again would be lost.
void RefuseWithoutRows(const CommandContext& context, const tables::Table& table) {
  const auto handler =
      handlers::MakeHandlerOf(table, handlers::HandlerSettings::Read(context.settings));
  if (handler->copies_rows() || table.state.kind == tables::MergeState::Kind::kUnknown) return;
  throw base::Error("table " + table.name + " has no rows to copy: its handler is " +
                        handlers::HandlerText::Parse(table.handler_text()).name,
                    "To have its triggers restored, run add-table again.");
}

void Resync(const CommandContext& context, node::NodeSession& session, const tables::Table& table,
            const std::string& copy_node) {
  RefuseWithoutRows(context, table);
  RefuseToEmpty(session, table);
  tables::TableAttributes attributes = table.attributes;
  attributes.Remove("copy_node");
  if (!copy_node.empty()) attributes.Set("copy_node", copy_node);
  if (table.skip_truncate()) {
    spdlog::warn(
        "table {} was added with --skip-truncate: its rows stay, and rows with the same keys make "
        "the copy fail",
        table.name);
  }
  pqxx::work tx(session.local());
  if (attributes != table.attributes) {
    output::ReportAnswer(cascade::Call(tx,
                                       "select * from londiste.local_set_table_attrs($1, $2, $3)",
                                       session.queue(), table.name, attributes.Encoded()));
  }
  const cascade::Answer answer =
      cascade::Call(tx, "select * from londiste.local_set_table_state($1, $2, null, null)",
                    session.queue(), table.name);
  if (answer.failed()) output::ReportAnswer(answer);
  ResetParts(context, session, tx, table);
  structure::WithLockTimeout(tx, context.settings, table.dest.ToString(),
                             [&] { RestoreTriggers(session, tx, table.name); });
  output::CommitAndReport(tx, answer);
}

int Run(CommandContext& context) {
  handlers::LoadHandlerModules(context.settings);
  node::RequireNames(context, "tables", "tables");
  std::string copy_node = node::CopyNode(context);
  node::NodeSession session(context);
  if (session.is_root())
    throw base::Error("this node is the root: it has no provider to copy from");
  RefuseBelowBranch(session);
  std::vector<tables::Table> tables;
  {
    pqxx::work tx(session.local());
    tables = tables::ReadTables(tx, session.queue());
  }
  tables::NameRequest request{context.arguments, context.options.Has("all"), false};
  tables::SelectedNames selected = tables::SelectNames(request, tables::LocalNames(tables), {});
  node::BulkOperation each("table", "marked for a new copy");
  for (const std::string& name : selected.unknown)
    each.Refuse(name, "Command tables lists what this node replicates.");
  if (copy_node.empty()) selected.names = OnProvider(session, selected.names, each);
  each.Do(selected.names, [&](const std::string& name) {
    Resync(context, session, *tables::FindTable(tables, name), copy_node);
  });
  if (each.any_done()) session.WakeMergedWorkers();
  each.Finish("copy");
  if (context.options.Has("wait-sync")) node::AwaitSync(context, session);
  return 0;
}

}  // namespace

const Command kResync = {
    .name = "resync",
    .arguments = "TABLE...",
    .summary = "copy tables again from the provider",
    .details =
        "The worker empties the table and makes the initial copy again. This also repairs a table "
        "in an unknown state. Where several queues that are merged fill the table, the workers of "
        "all of them copy it again.",
    .options = {"all", "copy-node", "find-copy-node", "wait-sync"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
