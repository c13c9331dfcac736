// drop
#include <cstdio>

#include "base/error.h"
#include "pg/may_call.h"
#include "pgq/queue.h"
#include "pgq/subscription.h"
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

std::string Names(const std::vector<pgq::ConsumerInfo>& consumers) {
  std::string names;
  for (const pgq::ConsumerInfo& consumer : consumers)
    names += (names.empty() ? "\"" : ", \"") + consumer.consumer + "\"";
  return names;
}

// A queue that makes a node is londiste's.
void RefuseNode(pqxx::transaction_base& tx, const std::string& queue) {
  if (!pg::MayCall(tx, "pgq_node.get_node_info(text)")) return;
  const pqxx::result nodes = tx.exec_params(
      "select node_name, node_type from pgq_node.get_node_info($1) where node_name is not null",
      queue);
  if (nodes.empty()) return;
  throw base::Error(
      "queue \"" + queue + "\" makes this database node \"" + nodes[0][0].as<std::string>() +
          "\" (" + nodes[0][1].as<std::string>() + ") of a cascade",
      "Remove the node first: londiste INI drop-node " + nodes[0][0].as<std::string>());
}

int Run(CommandContext& context) {
  const std::string& queue = context.arguments[0];
  const bool force = context.options.Has("force");
  const auto connection = Connect(context);
  pqxx::work tx(*connection);
  RequireQueue(tx, queue);
  RefuseNode(tx, queue);
  const std::string consumers = Names(pgq::ListConsumers(tx, queue));
  if (!consumers.empty() && !force)
    throw base::Error("queue \"" + queue + "\" still has consumers: " + consumers,
                      "They are unregistered with --force; what they have not read is lost.");
  pgq::DropQueue(tx, queue,
                 force ? pgq::AttachedConsumers::kUnregister : pgq::AttachedConsumers::kRefuse);
  tx.commit();
  std::printf("queue \"%s\" dropped%s\n", queue.c_str(),
              consumers.empty() ? "" : (", with consumers " + consumers).c_str());
  return 0;
}

}  // namespace

const Command kDrop = {
    .name = "drop",
    .arguments = "QUEUE",
    .summary = "drop a queue with its events",
    .details =
        "A queue that still has consumers is dropped only with --force; one that makes a node "
        "of a cascade not at all: londiste's drop-node removes the node first.",
    .options = {"force"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace pgq_tool::commands
