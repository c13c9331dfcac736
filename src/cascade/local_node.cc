#include "cascade/local_node.h"

#include "base/error.h"

namespace cascade {

LocalNode::LocalNode(const pg::ConnectOptions& options, base::Interrupt& interrupt,
                     std::string queue, std::string consumer)
    : connection_(options, interrupt),
      queue_(std::move(queue)),
      consumer_name_(std::move(consumer)) {
  PrepareSession();
}

void LocalNode::PrepareSession() {
  // The batch is finished at the provider after our commit: a commit that a crash can undo would
  // lose it. And the functions of pgq_node need no plans for the values at hand.
  pqxx::nontransaction tx(connection_);
  has_schema_ = tx.exec1(
                      "select to_regproc('pgq_node.get_node_info') is not null, "
                      "case when current_setting('synchronous_commit') in ('off', 'local', "
                      "'remote_write') then set_config('synchronous_commit', 'on', false) end, "
                      "set_config('plan_cache_mode', 'force_generic_plan', false)")[0]
                    .as<bool>();
}

void LocalNode::Refresh() {
  {
    pqxx::nontransaction tx(connection_);
    std::optional<NodeInfo> node;
    if (has_schema_) node = GetNodeInfoAgain(tx, queue_);
    if (!node)
      throw base::Error("no node of queue \"" + queue_ + "\" in this database",
                        "Create it with create-root, create-branch or create-leaf.");
    if (node->worker_name != consumer_name_)
      throw base::Error("node \"" + node->name + "\" has worker \"" + node->worker_name +
                            "\", not \"" + consumer_name_ + "\"",
                        "Set consumer_name = " + node->worker_name + " in the configuration file.");
    node_ = std::move(*node);
    consumer_state_ = GetConsumerStateAgain(tx, queue_, consumer_name_);
  }
  if (!consumer_state_.uptodate) Acknowledge();
  if (node_.type != NodeType::kRoot && !replica_) {
    connection_.SetReplicationRole(pg::ReplicationRole::kReplica);
    replica_ = true;
  } else if (node_.type == NodeType::kRoot && replica_) {
    connection_.SetReplicationRole(pg::ReplicationRole::kOrigin);
    replica_ = false;
  }
}

void LocalNode::Acknowledge() {
  // Under the row's lock: what is acknowledged is what was read, not a pause that came in between.
  pqxx::work tx(connection_);
  tx.exec_params(
      "select 1 from pgq_node.local_state where queue_name = $1 and consumer_name = $2 for update",
      queue_, consumer_name_);
  ConsumerState state = GetConsumerStateAgain(tx, queue_, consumer_name_);
  Require(Call(tx, "select * from pgq_node.set_consumer_uptodate($1, $2, true)", queue_,
               consumer_name_));
  tx.commit();
  consumer_state_ = std::move(state);
  consumer_state_.uptodate = true;
}

void LocalNode::StoreError(const char* message) {
  pqxx::nontransaction tx(connection_);
  Call(tx, "select * from pgq_node.set_consumer_error($1, $2, $3)", queue_, consumer_name_,
       message);
  consumer_state_.error = message ? std::optional<std::string>(message) : std::nullopt;
}

}  // namespace cascade
