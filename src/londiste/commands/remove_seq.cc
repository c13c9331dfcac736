// remove-seq
#include "londiste/commands/each_object.h"
#include "londiste/commands/global_objects.h"
#include "londiste/commands/name_selection.h"
#include "londiste/commands/node_session.h"

namespace londiste::commands {
namespace {

int Run(Context& context) {
  RequireNames(context, "sequences", "seqs");
  NodeSession session(context);
  session.node();
  std::vector<std::string> local, elsewhere;
  {
    pqxx::work tx(session.local());
    for (const RegisteredSequence& sequence : LoadSequences(tx, session.queue())) {
      (sequence.local ? local : elsewhere).push_back(sequence.name);
    }
  }
  NameRequest request{context.arguments, context.options.Has("all"), context.options.Has("force")};
  const SelectedNames selected = SelectNames(
      request, local, elsewhere,
      {.processed = [](const std::string&) { return "it is not replicated to this node"; }});
  EachObject each("sequence", "removed");
  for (const std::string& name : selected.unknown)
    each.Refuse(name, "Command seqs lists what this node replicates.");
  each.Do(selected.names, [&](const std::string& name) {
    pqxx::work tx(session.local());
    CommitAndReport(tx, cascade::Call(tx, "select * from londiste.local_remove_seq($1, $2)",
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
