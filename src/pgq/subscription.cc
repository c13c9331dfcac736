#include "pgq/subscription.h"

namespace pgq {
namespace {

constexpr const char* kColumns =
    "select queue_name, consumer_name, extract(epoch from lag), extract(epoch from last_seen), "
    "last_tick, next_tick, current_batch, pending_events ";

template <class Id>
std::optional<Id> IdOf(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return Id(field.as<std::int64_t>());
}

ConsumerInfo ReadInfo(const pqxx::row& row) {
  ConsumerInfo info;
  info.queue = row[0].as<std::string>();
  info.consumer = row[1].as<std::string>();
  if (!row[2].is_null()) info.lag_s = row[2].as<double>();
  if (!row[3].is_null()) info.last_seen_s = row[3].as<double>();
  info.last_tick = IdOf<TickId>(row[4]);
  info.next_tick = IdOf<TickId>(row[5]);
  info.current_batch = IdOf<BatchId>(row[6]);
  if (!row[7].is_null()) info.pending_events = row[7].as<std::int64_t>();
  return info;
}

std::vector<ConsumerInfo> ReadInfos(const pqxx::result& rows) {
  std::vector<ConsumerInfo> consumers;
  for (const pqxx::row& row : rows) consumers.push_back(ReadInfo(row));
  return consumers;
}

}  // namespace

bool RegisterConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                      const std::string& consumer) {
  return transaction.exec_params1("select pgq.register_consumer($1, $2)", queue, consumer)[0]
             .as<int>() == 1;
}

// One statement, and so one transaction, also on a nontransaction: pgq.register_consumer_at alone
// would move a consumer that is there.
bool RegisterConsumerAt(pqxx::transaction_base& transaction, const std::string& queue,
                        const std::string& consumer, TickId first) {
  return transaction
             .exec_params1(
                 "select case when registered operator(pg_catalog.=) 1 then "
                 "1 operator(pg_catalog.+) (0 operator(pg_catalog.*) "
                 "pgq.register_consumer_at($1, $2, $3)) else 0 end "
                 "from pgq.register_consumer($1, $2) registered",
                 queue, consumer, first.value())[0]
             .as<int>() == 1;
}

void RepositionConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                        const std::string& consumer, TickId tick) {
  transaction.exec_params("select pgq.register_consumer_at($1, $2, $3)", queue, consumer,
                          tick.value());
}

int UnregisterConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                       const std::string& consumer) {
  return transaction.exec_params1("select pgq.unregister_consumer($1, $2)", queue, consumer)[0]
      .as<int>();
}

std::vector<ConsumerInfo> ListConsumers(pqxx::transaction_base& transaction) {
  return ReadInfos(transaction.exec(std::string(kColumns) + "from pgq.get_consumer_info()"));
}

std::vector<ConsumerInfo> ListConsumers(pqxx::transaction_base& transaction,
                                        const std::string& queue) {
  return ReadInfos(
      transaction.exec_params(std::string(kColumns) + "from pgq.get_consumer_info($1)", queue));
}

std::optional<ConsumerInfo> GetConsumerInfo(pqxx::transaction_base& transaction,
                                            const std::string& queue, const std::string& consumer) {
  const pqxx::result rows = transaction.exec_params(
      std::string(kColumns) + "from pgq.get_consumer_info($1, $2)", queue, consumer);
  if (rows.empty()) return std::nullopt;
  return ReadInfo(rows[0]);
}

bool RegisterSubconsumer(pqxx::transaction_base& transaction, const std::string& queue,
                         const std::string& consumer, const std::string& subconsumer) {
  return transaction
             .exec_params1("select pgq_coop.register_subconsumer($1, $2, $3)", queue, consumer,
                           subconsumer)[0]
             .as<int>() == 1;
}

bool UnregisterSubconsumer(pqxx::transaction_base& transaction, const std::string& queue,
                           const std::string& consumer, const std::string& subconsumer,
                           OpenBatch open_batch) {
  return transaction
             .exec_params1("select pgq_coop.unregister_subconsumer($1, $2, $3, $4)", queue,
                           consumer, subconsumer, open_batch == OpenBatch::kDrop ? 1 : 0)[0]
             .as<int>() == 1;
}

}  // namespace pgq
