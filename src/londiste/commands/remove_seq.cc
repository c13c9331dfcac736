// remove-seq
#include "londiste/commands/command.h"
#include "londiste/node/bulk_operation.h"
#include "londiste/node/node_session.h"
#include "londiste/output/answer_log.h"
#include "londiste/tables/name_selection.h"
#include "londiste/tables/registry.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  node::RequireNames(context, "sequences", "seqs");
  node::NodeSession session(context);
  session.node();
  std::vector<std::string> local, elsewhere;
  {
    pqxx::work tx(session.local());
    for (const tables::Sequence& sequence : tables::ReadSequences(tx, session.queue())) {
      (sequence.local ? local : elsewhere).push_back(sequence.name);
    }
  }
  tables::NameRequest request{context.arguments, context.options.Has("all"),
                              context.options.Has("force")};
  const tables::SelectedNames selected = tables::SelectNames(
      request, local, elsewhere,
      {.processed = [](const std::string&) { return "it is not replicated to this node"; }});
  node::BulkOperation each("sequence", "removed");
  for (const std::string& name : selected.unknown)
    each.Refuse(name, "Command seqs lists what this node replicates.");
  each.Do(selected.names, [&](const std::string& name) {
    pqxx::work tx(session.local());
    output::CommitAndReport(tx, cascade::Call(tx, "select * from londiste.local_remove_seq($1, $2)",
                                              session.queue(), name));
  });
  if (each.any_done()) session.WakeWorker();
  each.Finish("remove");
  return 0;
}

}  // namespace

const Command kRemoveSeq = {
    .name = "remove-seq",
    .arguments = "SEQUENCE...",
    .summary = "stop replicating sequences to this node; on the root: to all nodes",
    .options = {"all", "force"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
