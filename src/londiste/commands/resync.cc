// resync
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "londiste/commands/await_sync.h"
#include "londiste/commands/global_objects.h"
#include "londiste/commands/name_selection.h"
#include "londiste/commands/node_session.h"
#include "londiste/commands/table_attributes.h"

namespace londiste::commands {
namespace {

void CheckProvider(NodeSession& session, const std::vector<std::string>& names) {
  pqxx::work tx(session.provider());
  std::vector<RegisteredTable> tables = LoadTables(tx, session.queue());
  bool ok = true;
  for (const std::string& name : names) {
    bool there = std::any_of(tables.begin(), tables.end(),
                             [&](const auto& table) { return table.name == name && table.local; });
    if (!there) {
      spdlog::error("Table {} does not exist on provider, need to switch to different provider",
                    name);
      ok = false;
    }
  }
  if (!ok)
    throw base::Error("Problems, canceling operation",
                      "--find-copy-node copies from a node further up.");
}

void Resync(NodeSession& session, const RegisteredTable& table, const std::string& copy_node) {
  TableAttributes attributes = pgq::DecodeRow(table.attrs);
  RemoveAttribute(attributes, "copy_node");
  if (!copy_node.empty()) SetAttribute(attributes, "copy_node", copy_node);
  if (std::any_of(attributes.begin(), attributes.end(),
                  [](const auto& field) { return field.name == "skip_truncate"; })) {
    spdlog::warn(
        "table {} was added with --skip-truncate: its rows stay, and equal keys will make the copy "
        "fail",
        table.name);
  }
  pqxx::work tx(session.local());
  std::string encoded = pgq::EncodeRow(attributes);
  if (encoded != table.attrs) {
    Report(cascade::Call(tx, "select * from londiste.local_set_table_attrs($1, $2, $3)",
                         session.queue(), table.name, encoded));
  }
  Report(cascade::Call(tx, "select * from londiste.local_set_table_state($1, $2, null, null)",
                       session.queue(), table.name));
  tx.commit();
}

int Run(Context& context) {
  if (context.arguments.empty() && !context.options.Has("all")) {
    std::puts("what to do ?");
    return 0;
  }
  NodeSession session(context);
  if (session.is_root()) throw base::Error("this node is the root, there is nothing to copy from");
  std::string copy_node = CopyNode(context);
  std::vector<RegisteredTable> tables;
  {
    pqxx::work tx(session.local());
    tables = LoadTables(tx, session.queue());
  }
  std::vector<std::string> local;
  for (const RegisteredTable& table : tables) {
    if (table.local) local.push_back(table.name);
  }
  NameRequest request{context.arguments, context.options.Has("all"), false};
  std::vector<std::string> names =
      SelectNames(request, local, {}, "Command tables lists what this node replicates.");
  if (copy_node.empty()) CheckProvider(session, names);
  for (const RegisteredTable& table : tables) {
    if (std::find(names.begin(), names.end(), table.name) != names.end())
      Resync(session, table, copy_node);
  }
  if (!names.empty()) session.WakeWorker();
  if (context.options.Has("wait-sync")) AwaitSync(context, session);
  return 0;
}

}  // namespace

const Command kResync = {
    .name = "resync",
    .arguments = "TABLE...",
    .summary = "copy tables again from the provider",
    .details =
        "The worker empties the table and copies it anew. Also the cure for a table that stands in "
        "an odd state.",
    .options = {"all", "copy-node", "find-copy-node", "wait-sync"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
