// add-seq
#include <spdlog/spdlog.h>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/node/bulk_operation.h"
#include "londiste/node/missing_objects.h"
#include "londiste/node/node_session.h"
#include "londiste/node/unavailable_object.h"
#include "londiste/output/answer_log.h"
#include "londiste/structure/create_table.h"
#include "londiste/tables/name_selection.h"
#include "londiste/tables/registry.h"

namespace londiste::commands {
namespace {

void FollowProvider(CommandContext& context, node::NodeSession& session) {
  std::vector<tables::Sequence> provider;
  {
    pqxx::work tx(session.provider());
    provider = tables::ReadSequences(tx, session.queue());
  }
  pqxx::work tx(session.local());
  tables::FollowProviderSequences(tx, session.queue(), provider,
                                  tables::RegistrationFilters(context.settings));
  tx.commit();
}

// Before it is registered, in the same transaction.
void CreateMissing(pqxx::work& tx, node::NodeSession& session, const std::string& name) {
  const pg::QualifiedName sequence = pg::QualifiedName::Parse(name);
  if (structure::RelationExists(tx, sequence)) {
    spdlog::info("Sequence {} already exist, not touching", name);
    return;
  }
  const auto notes = structure::CreateSequence(tx, session.provider(), sequence);
  if (!notes)
    throw base::Error("Sequence " + name + " does not exist on node \"" +
                      session.node().provider_node + "\", skipping");
  for (const std::string& note : *notes) spdlog::warn("{}", note);
}

int Run(CommandContext& context) {
  node::RequireNames(context, "sequences", "missing");
  node::NodeSession session(context);
  if (context.options.Has("create") && session.is_root())
    throw base::UsageError(
        "--create makes sequences as they are on the provider, and this node is "
        "the root: it has none",
        "Create the sequence in this database first.");
  if (!session.is_root()) FollowProvider(context, session);
  std::vector<std::string> processed;
  {
    pqxx::work tx(session.local());
    for (const tables::Sequence& sequence : tables::ReadSequences(tx, session.queue())) {
      if (sequence.local) processed.push_back(sequence.name);
    }
  }
  tables::NameRequest request{context.arguments, context.options.Has("all"),
                              context.options.Has("force")};
  const std::vector<std::string> candidates = node::MissingObjects(session).sequences;
  const tables::SelectedNames selected = tables::SelectNames(
      request, candidates, processed, {.unavailable = [&](const std::string& name) {
        return node::WhyUnavailable(session, node::ObjectKind::kSequence, name, candidates);
      }});
  node::BulkOperation each("sequence", "added");
  for (const std::string& name : selected.unknown)
    each.Refuse(name,
                "On the root the sequence must exist in the database; on other nodes it must be "
                "added on the root first.");
  each.Do(selected.names, [&](const std::string& name) {
    pqxx::work tx(session.local());
    if (context.options.Has("create")) CreateMissing(tx, session, name);
    output::CommitAndReport(tx, cascade::Call(tx, "select * from londiste.local_add_seq($1, $2)",
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
    .summary = "replicate sequences: on the root first, then on every node that should have them",
    .details =
        "On the other nodes the worker keeps the sequence ahead of the root's, so that no value is "
        "given out twice after a switchover. With --create a sequence that is missing here is made "
        "as it is on the provider.",
    .options = {"all", "force", "create"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
