#include "cascade/local_node.h"

#include "base/error.h"
#include "base/utf8.h"

namespace cascade {
namespace {

std::string ShortStateSql(bool has_holds) {
  return "select s.last_tick_id, case when s.uptodate then row(s.provider_node, s.paused,"
         " s.cur_error, (select l.node_location from pgq_node.node_location l"
         " where l.queue_name = s.queue_name and l.node_name = s.provider_node),"
         " (select string_agg(n::text, ' ' order by n.queue_name) from pgq_node.node_info n))::text"
         " end, " +
         std::string(has_holds ? "exists (select 1 from pgq_node.consumer_hold h where h.queue_name"
                                 " = s.queue_name and h.consumer_name = s.consumer_name)"
                               : "false") +
         " from pgq_node.local_state s where s.queue_name = $1 and s.consumer_name = $2";
}

}  // namespace

LocalNode::LocalNode(const pg::ConnectOptions& options, base::Interrupt& interrupt,
                     std::string queue, std::string consumer, Role role)
    : connection_(options, interrupt),
      queue_(std::move(queue)),
      consumer_name_(std::move(consumer)),
      role_(role) {
  PrepareSession();
}

void LocalNode::PrepareSession() {
  // The batch is finished at the provider after our commit: a commit that a crash can undo would
  // lose it. And the functions of pgq_node need no plans for the values at hand.
  pqxx::nontransaction tx(connection_);
  const pqxx::row row = tx.exec_params1(
      "select to_regproc('pgq_node.get_node_info') is not null, "
      "to_regproc('pgq_node.wake_worker') is not null and octet_length($1::text) <= 54, "
      "to_regproc('pgq_node.get_consumer_hold') is not null, case when "
      "current_setting('synchronous_commit') in ('off', 'local', "
      "'remote_write') then set_config('synchronous_commit', 'on', false) end, "
      "set_config('plan_cache_mode', 'force_generic_plan', false)",
      queue_);
  has_schema_ = row[0].as<bool>();
  announces_changes_ = row[1].as<bool>();
  has_holds_ = row[2].as<bool>();
}

LocalNode::ShortState LocalNode::ReadShortState() {
  if (!has_schema_ || !may_read_tables_) return {};
  try {
    connection_.prepare("short_state", ShortStateSql(has_holds_));
    pqxx::nontransaction tx(connection_);
    const pqxx::result rows = tx.exec_prepared("short_state", queue_, consumer_name_);
    if (rows.empty() || rows[0][0].is_null() || rows[0][1].is_null()) return {};
    return {rows[0][1].as<std::string>(), pgq::TickId(rows[0][0].as<std::int64_t>()),
            rows[0][2].as<bool>()};
  } catch (const pqxx::insufficient_privilege&) {
    may_read_tables_ = false;
    return {};
  }
}

void LocalNode::Refresh() {
  // First: a change that comes in between differs from it the next time.
  ShortState short_state = ReadShortState();
  if (!short_state.state.empty() && short_state.state == state_read_) {
    consumer_state_.completed_tick = short_state.completed_tick;
    hold_.reset();
    if (short_state.may_be_held) {
      pqxx::nontransaction tx(connection_);
      ReadHold(tx);
    }
    return;
  }
  state_read_.clear();  // what fails halfway is read again
  ReadAll();
  state_read_ = std::move(short_state.state);
}

void LocalNode::ReadHold(pqxx::transaction_base& tx) {
  hold_.reset();
  if (!has_holds_) return;
  const pqxx::row row = tx.exec_params1(
      "select held, tick_id from pgq_node.get_consumer_hold($1, $2)", queue_, consumer_name_);
  if (!row[0].as<bool>()) return;
  hold_.emplace();
  if (!row[1].is_null()) hold_->at = pgq::TickId(row[1].as<std::int64_t>());
}

void LocalNode::ReadAll() {
  {
    pqxx::nontransaction tx(connection_);
    std::optional<NodeInfo> node;
    if (has_schema_) node = GetNodeInfoAgain(tx, queue_);
    if (!node)
      throw base::Error("no node of queue \"" + queue_ + "\" in this database",
                        "Create it with create-root, create-branch or create-leaf.");
    if (role_ == Role::kPlainConsumer && node->worker_name == consumer_name_)
      throw base::Error("\"" + consumer_name_ + "\" is the worker of node \"" + node->name + "\"",
                        "Give the consumer another name.");
    if (role_ == Role::kWorker && node->worker_name != consumer_name_)
      throw base::Error("node \"" + node->name + "\" has worker \"" + node->worker_name +
                            "\", not \"" + consumer_name_ + "\"",
                        "Set consumer_name = " + node->worker_name + " in the configuration file.");
    node_ = std::move(*node);
    consumer_state_ = GetConsumerStateAgain(tx, queue_, consumer_name_);
    ReadHold(tx);
  }
  if (!consumer_state_.uptodate) Acknowledge();
  if (role_ == Role::kPlainConsumer) return;  // the triggers of its tables are to fire
  if (node_.type != NodeType::kRoot && !replica_) {
    connection_.SetReplicationRole(pg::ReplicationRole::kReplica);
    replica_ = true;
  } else if (node_.type == NodeType::kRoot && replica_) {
    connection_.SetReplicationRole(pg::ReplicationRole::kOrigin);
    replica_ = false;
  }
}

void LocalNode::Acknowledge() {
  // Under the row's lock: what is acknowledged is what was read, not a pause or a hold that came in
  // between.
  pqxx::work tx(connection_);
  tx.exec_params(
      "select 1 from pgq_node.local_state where queue_name = $1 and consumer_name = $2 for update",
      queue_, consumer_name_);
  ConsumerState state = GetConsumerStateAgain(tx, queue_, consumer_name_);
  ReadHold(tx);
  Require(Call(tx, "select * from pgq_node.set_consumer_uptodate($1, $2, true)", queue_,
               consumer_name_));
  tx.commit();
  consumer_state_ = std::move(state);
  consumer_state_.uptodate = true;
}

void LocalNode::StoreError(const char* message) {
  pqxx::nontransaction tx(connection_);
  std::optional<std::string> text;
  if (message) text = base::PrintableUtf8(message);  // bytes of the origin may be in it
  Call(tx, "select * from pgq_node.set_consumer_error($1, $2, $3)", queue_, consumer_name_,
       text ? text->c_str() : nullptr);
  consumer_state_.error = message ? std::optional<std::string>(message) : std::nullopt;
}

}  // namespace cascade
