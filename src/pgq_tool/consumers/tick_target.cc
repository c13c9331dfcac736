#include "pgq_tool/consumers/tick_target.h"

#include "base/failpoint.h"

namespace pgq_tool::consumers {

TickTarget::TickTarget(const config::Settings& settings, const Names& names,
                       base::Interrupt& interrupt)
    : connect_(pg::ConnectOptions::Fixed(settings.text("dst_db"), names.job,
                                         pg::TransactionPools::kAllow)),
      consumer_(names.consumer),
      interrupt_(interrupt),
      once_(connect_, interrupt, names.consumer, pgq::ExactlyOnce::Remember::kTick) {}

std::int64_t TickTarget::Process(pgq::ActiveBatch& batch) {
  std::int64_t events = 0;
  once_.Process(batch, [&](pqxx::transaction_base& target) {
    events = Apply(batch, target);
    base::HitFailpoint(base::Failpoint::forward_before_commit);
  });
  base::HitFailpoint(base::Failpoint::forward_after_commit);
  return events;
}

std::optional<pgq::TickId> TickTarget::Position() {
  pg::Connection connection(connect_, interrupt_);
  pqxx::nontransaction tx(connection);
  const pqxx::row row = tx.exec_params1("select pgq_ext.get_last_tick($1)", consumer_);
  if (row[0].is_null()) return std::nullopt;
  return pgq::TickId(row[0].as<std::int64_t>());
}

void TickTarget::SetPosition(std::optional<pgq::TickId> tick) {
  pg::Connection connection(connect_, interrupt_);
  pqxx::nontransaction tx(connection);
  const std::optional<std::string> value = tick ? std::optional(ToString(*tick)) : std::nullopt;
  tx.exec_params("select pgq_ext.set_last_tick($1, $2)", consumer_, value);
}

}  // namespace pgq_tool::consumers
