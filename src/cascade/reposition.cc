#include "cascade/reposition.h"

#include "base/error.h"
#include "cascade/local_node.h"
#include "cascade/own_location.h"
#include "cascade/position_proof.h"

namespace cascade {
namespace {

LocalNode OpenNode(const WorkerOptions& options, base::Interrupt& interrupt) {
  return LocalNode(pg::ConnectOptions::Fixed(options.local_connstr, options.application_name),
                   interrupt, options.queue, options.consumer);
}

pg::ConnectOptions ConnectToProvider(const WorkerOptions& options, const LocalNode& local) {
  return pg::ConnectOptions::FixedAt(local.consumer().provider_location,
                                     options.remote_extra_connstr, options.application_name);
}

void RequireProvider(const NodeInfo& node, const char* option) {
  if (node.type == NodeType::kRoot)
    throw base::Error("node \"" + node.name + "\" is the root: it reads no batches, " + option +
                      " does not apply");
}

}  // namespace

pgq::TickId RewindProvider(const WorkerOptions& options, base::Interrupt& interrupt) {
  LocalNode local = OpenNode(options, interrupt);
  local.Refresh();
  RequireProvider(local.node(), "--rewind");
  CheckOwnLocation(local.connection(), local.node(), options.remote_extra_connstr,
                   options.application_name, interrupt);
  const pgq::TickId completed = local.consumer().completed_tick.value();
  pg::Connection provider(ConnectToProvider(options, local), interrupt);
  PositionProof proof(options.queue, options.consumer);
  proof.NodeConnected(local.connection());
  proof.PositionIs(local.connection(), completed);
  proof.ProviderConnected(provider, local.node(), local.consumer().provider_node,
                          local.connection());
  pqxx::nontransaction(provider).exec_params("select pgq.register_consumer_at($1, $2, $3)",
                                             options.queue, options.consumer, completed.value());
  return completed;
}

pgq::TickId ResetNode(const WorkerOptions& options, base::Interrupt& interrupt) {
  LocalNode local = OpenNode(options, interrupt);
  local.Refresh();
  RequireProvider(local.node(), "--reset");
  if (local.node().type == NodeType::kBranch)
    throw base::Error(
        "node \"" + local.node().name + "\" is a branch: --reset would leave a hole in its queue",
        "Use --rewind, or drop the node and create it again.");
  pg::Connection provider(ConnectToProvider(options, local), interrupt);
  const std::string& provider_node = local.consumer().provider_node;
  const pqxx::result position = pqxx::nontransaction(provider).exec_params(
      "select last_tick from pgq.get_consumer_info($1, $2)", options.queue, options.consumer);
  if (position.empty() || position[0][0].is_null())
    throw base::Error(
        "provider node \"" + provider_node + "\" has no consumer \"" + options.consumer + "\"",
        "It is older than this node: remove the node with drop-node and create it "
        "again.");
  const pgq::TickId tick(position[0][0].as<std::int64_t>());
  const auto proof = ReadTick(provider, options.queue, provider_node, tick);
  pqxx::work tx(local.connection());
  Require(Call(tx, "select * from pgq_node.set_consumer_completed($1, $2, $3)", options.queue,
               options.consumer, tick.value()));
  if (proof && KeepsProofs(tx)) StoreProof(tx, options.queue, options.consumer, *proof);
  tx.commit();
  return tick;
}

}  // namespace cascade
