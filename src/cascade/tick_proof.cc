#include "cascade/tick_proof.h"

#include "cascade/node.h"
#include "cascade/provider_tick.h"
#include "cascade/tick_time.h"

namespace cascade {
namespace {

constexpr const char* kKeepsProofs =
    "select coalesce(has_function_privilege(to_regprocedure('pgq_node.set_position_proof(text, "
    "text, bigint, timestamptz, bigint, text, bigint, integer)'), 'execute') and "
    "has_table_privilege(to_regclass('pgq_node.position_proof'), 'select'), false)";

constexpr const char* kStoredProof =
    "select tick_id, tick_time, tick_event_seq, provider_node, system_identifier, timeline from "
    "pgq_node.position_proof where queue_name = $1 and consumer_name = $2";

template <class Number>
std::optional<Number> NumberOf(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Number>();
}

}  // namespace

bool SameTick(const TickProof& one, const TickProof& other) {
  return one.tick == other.tick && SameTickTime(one.time, other.time);
}

ServerHistory ReadServerHistory(pg::Connection& server) {
  try {
    pqxx::nontransaction tx(server);
    // The timeline of the last checkpoint, which pg_control_checkpoint() tells, is the old one for
    // a while after a promotion.
    const pqxx::row row = tx.exec1(
        "select s.system_identifier, ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name("
        "pg_catalog.pg_current_wal_lsn()), 1, 8))::bit(32)::integer "
        "from pg_catalog.pg_control_system() s");
    return {row[0].as<std::int64_t>(), row[1].as<int>()};
  } catch (const pqxx::sql_error&) {
    return {};  // not for this role, or a standby
  }
}

std::optional<TickProof> ReadTick(pg::Connection& provider, const std::string& queue,
                                  const std::string& provider_node, pgq::TickId tick) {
  const auto seen = LookAtTick(provider, queue, "", tick, "").tick;
  if (!seen || ProvesNothing(seen->event_seq)) return std::nullopt;
  return TickProof{tick, seen->time, seen->event_seq, provider_node, ReadServerHistory(provider)};
}

bool KeepsProofs(pqxx::transaction_base& tx) { return tx.exec1(kKeepsProofs)[0].as<bool>(); }

std::optional<TickProof> ReadProof(pqxx::transaction_base& tx, const std::string& queue,
                                   const std::string& consumer) {
  const pqxx::result rows = tx.exec_params(kStoredProof, queue, consumer);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return TickProof{pgq::TickId(row[0].as<std::int64_t>()),
                   row[1].c_str(),
                   row[2].as<std::int64_t>(0),
                   row[3].c_str(),
                   {NumberOf<std::int64_t>(row[4]), NumberOf<int>(row[5])}};
}

void StoreProof(pqxx::transaction_base& tx, const std::string& queue, const std::string& consumer,
                const TickProof& proof) {
  Require(Call(tx,
               "select * from pgq_node.set_position_proof($1, $2, $3, $4::timestamptz, $5, $6, $7, "
               "$8)",
               queue, consumer, proof.tick.value(), proof.time, proof.event_seq,
               proof.provider_node, proof.server.system_identifier, proof.server.timeline));
}

}  // namespace cascade
