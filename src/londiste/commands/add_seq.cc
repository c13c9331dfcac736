// add-seq
#include "londiste/commands/each_object.h"
#include "londiste/commands/global_objects.h"
#include "londiste/commands/missing_objects.h"
#include "londiste/commands/name_selection.h"
#include "londiste/commands/node_session.h"
#include "londiste/commands/unavailable_object.h"

namespace londiste::commands {
namespace {

void FollowProvider(Context& context, NodeSession& session) {
  std::vector<RegisteredSequence> provider;
  {
    pqxx::work tx(session.provider());
    provider = LoadSequences(tx, session.queue());
  }
  pqxx::work tx(session.local());
  FollowProviderSequences(tx, session.queue(), provider, RegistrationFilters(context.settings));
  tx.commit();
}

int Run(Context& context) {
  RequireNames(context, "sequences", "missing");
  NodeSession session(context);
  if (!session.is_root()) FollowProvider(context, session);
  std::vector<std::string> processed;
  {
    pqxx::work tx(session.local());
    for (const RegisteredSequence& sequence : LoadSequences(tx, session.queue())) {
      if (sequence.local) processed.push_back(sequence.name);
    }
  }
  NameRequest request{context.arguments, context.options.Has("all"), context.options.Has("force")};
  const std::vector<std::string> candidates = MissingObjects(session).sequences;
  const SelectedNames selected =
      SelectNames(request, candidates, processed, {.unavailable = [&](const std::string& name) {
                    return WhyUnavailable(session, ObjectKind::kSequence, name, candidates);
                  }});
  EachObject each("sequence", "added");
  for (const std::string& name : selected.unknown)
    each.Refuse(name,
                "On the root the sequence must exist in the database; on other nodes it must be "
                "added on the root first.");
  each.Do(selected.names, [&](const std::string& name) {
    pqxx::work tx(session.local());
    CommitAndReport(tx, cascade::Call(tx, "select * from londiste.local_add_seq($1, $2)",
                                      session.queue(), name));
  });
  if (each.any_done()) session.WakeWorker();
  each.Finish("add");
  return 0;
}

}  // namespace

const Command kAddSeq = {
    .name = "add-seq",
    .arguments = "SEQUENCE...",
    .summary = "replicate sequences: on the root first, then on every node that shall have them",
    .details =
        "On the other nodes the sequence runs ahead of the root's, so that no value is given out "
        "twice after a switch.",
    .options = {"all", "force"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
