// remove-table
#include <cstdio>

#include "londiste/commands/global_objects.h"
#include "londiste/commands/missing_objects.h"
#include "londiste/commands/name_selection.h"
#include "londiste/commands/node_session.h"

namespace londiste::commands {
namespace {

int Run(Context& context) {
  if (context.arguments.empty() && !context.options.Has("all")) {
    std::puts("what to do ?");
    return 0;
  }
  NodeSession session(context);
  session.node();
  std::vector<std::string> local, elsewhere;
  {
    pqxx::work tx(session.local());
    for (const RegisteredTable& table : LoadTables(tx, session.queue()))
      (table.local ? local : elsewhere).push_back(table.name);
  }
  NameRequest request{context.arguments, context.options.Has("all"), context.options.Has("force")};
  std::vector<std::string> names =
      SelectNames(request, local, elsewhere, "Command tables lists what this node replicates.");
  for (const std::string& name : names) {
    pqxx::work tx(session.local());
    Report(cascade::Call(tx, "select * from londiste.local_remove_table($1, $2)", session.queue(),
                         name));
    tx.commit();
  }
  if (!names.empty()) session.WakeWorker();
  return 0;
}

}  // namespace

const Command kRemoveTable = {
    .name = "remove-table",
    .arguments = "TABLE...",
    .summary = "stop replicating tables to this node; on the root: to all nodes",
    .details = "The rows stay; triggers are removed.",
    .options = {"all", "force"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
