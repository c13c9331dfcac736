#include "londiste/copy_thread/copy_consumer.h"

#include "base/utf8.h"
#include "cascade/node.h"
#include "cascade/tick_proof.h"

namespace londiste::copy_thread {
namespace {

constexpr const char* kLocalPosition =
    "select s.last_tick_id, s.provider_node, l.node_location from pgq_node.local_state s "
    "left join pgq_node.node_location l on l.queue_name = s.queue_name and l.node_name = "
    "s.provider_node "
    "where s.queue_name = $1 and s.consumer_name = $2";

// Starts at the main worker's position, which exists as a tick; a copy registers again before it
// uses it.
constexpr const char* kRegisterForError =
    "select pgq_node.register_consumer(s.queue_name, $2, $3, s.last_tick_id) "
    "from pgq_node.node_info n join pgq_node.local_state s on s.queue_name = n.queue_name and "
    "s.consumer_name = n.worker_name "
    "where n.queue_name = $1 and not exists "
    "(select 1 from pgq_node.local_state c where c.queue_name = $1 and c.consumer_name = $2)";

}  // namespace

std::string CopyConsumerName(const std::string& consumer, const std::string& table) {
  return consumer + ".copy." + table;
}

pgq::TickId CopyConsumer::Register(pg::Connection& source, const std::string& source_node,
                                   pg::Connection& target) const {
  pgq::TickId tick;
  {
    pqxx::work tx(source);
    tx.exec_params("select pgq.unregister_consumer($1, $2)", queue_, name_);
    tx.exec_params("select pgq.register_consumer($1, $2)", queue_, name_);
    tick = pgq::TickId(
        tx.exec_params1("select last_tick from pgq.get_consumer_info($1, $2)", queue_, name_)[0]
            .as<std::int64_t>());
    tx.commit();
  }
  const auto proof = cascade::ReadTick(source, queue_, source_node, tick);
  pqxx::work tx(target);
  cascade::Require(cascade::Call(tx, "select * from pgq_node.register_consumer($1, $2, $3, $4)",
                                 queue_, name_, source_node, tick.value()));
  if (proof && cascade::KeepsProofs(tx)) cascade::StoreProof(tx, queue_, name_, *proof);
  tx.commit();
  return tick;
}

void CopyConsumer::Unregister(pg::Connection& source, pg::Connection& target) const {
  UnregisterSource(source);
  UnregisterTarget(target);
}

void CopyConsumer::UnregisterSource(pg::Connection& source) const {
  pqxx::work tx(source);
  tx.exec_params("select pgq.unregister_consumer($1, $2)", queue_, name_);
  tx.commit();
}

void CopyConsumer::UnregisterTarget(pg::Connection& target) const {
  pqxx::work tx(target);
  cascade::Require(
      cascade::Call(tx, "select * from pgq_node.unregister_consumer($1, $2)", queue_, name_));
  tx.commit();
}

std::optional<CopyConsumer::Position> CopyConsumer::Find(pg::Connection& target) const {
  pqxx::work tx(target);
  const pqxx::result rows = tx.exec_params(kLocalPosition, queue_, name_);
  if (rows.empty()) return std::nullopt;
  Position position{pgq::TickId(rows[0][0].as<std::int64_t>()), rows[0][1].as<std::string>(), {}};
  if (!rows[0][2].is_null()) position.source_location = rows[0][2].as<std::string>();
  return position;
}

bool CopyConsumer::StandsAt(pg::Connection& source, pgq::TickId position) const {
  pqxx::work tx(source);
  const pqxx::result rows = tx.exec_params(
      "select last_tick, next_tick from pgq.get_consumer_info($1, $2)", queue_, name_);
  if (rows.empty() || rows[0][0].is_null()) return false;
  if (rows[0][0].as<std::int64_t>() == position.value()) return true;
  return !rows[0][1].is_null() && rows[0][1].as<std::int64_t>() == position.value();
}

bool CopyConsumer::SamePast(pg::Connection& source, pg::Connection& target) const {
  std::optional<cascade::TickProof> stored;
  {
    pqxx::work tx(target);
    if (cascade::KeepsProofs(tx)) stored = cascade::ReadProof(tx, queue_, name_);
  }
  if (!stored) return true;
  if (stored->server != cascade::ReadServerHistory(source)) return false;
  // A copy of the server's files goes on with the same timeline.
  const auto there = cascade::ReadTick(source, queue_, stored->provider_node, stored->tick);
  return !there || cascade::SameTick(*there, *stored);
}

void CopyConsumer::StoreError(pg::Connection& target, const std::string& provider_node,
                              const std::string& message) const {
  pqxx::work tx(target);
  tx.exec_params(kRegisterForError, queue_, name_, provider_node);
  tx.exec_params("select pgq_node.set_consumer_error($1, $2, $3)", queue_, name_,
                 base::PrintableUtf8(message));
  tx.commit();
}

std::vector<LeftoverConsumer> FindCopyConsumers(pqxx::transaction_base& target,
                                                const std::string& queue,
                                                const std::string& consumer) {
  const std::string prefix = CopyConsumerName(consumer, "");
  std::vector<LeftoverConsumer> found;
  for (const pqxx::row& row :
       target.exec_params("select s.consumer_name, l.node_location from pgq_node.local_state s "
                          "join pgq_node.node_location l on l.queue_name = s.queue_name and "
                          "l.node_name = s.provider_node "
                          "where s.queue_name = $1 and starts_with(s.consumer_name, $2)",
                          queue, prefix)) {
    const std::string name = row[0].as<std::string>();
    found.push_back({name, name.substr(prefix.size()), row[1].as<std::string>()});
  }
  return found;
}

}  // namespace londiste::copy_thread
