// Who reads a queue, and how far: consumers and subconsumers. Thin typed calls of the SQL API,
// inside the caller's transaction (pqxx::nontransaction for autocommit).
//
// Thread rule: that of the transaction's connection. Errors: pqxx::sql_error with the server's
// message (`Event queue not created yet`), pqxx::broken_connection.
// Source: the functions of the same name in schemas pgq and pgq_coop.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "pgq/ids.h"

namespace pgq {

// True: registered now, at the newest tick: it gets the events of the next one on. False: it was
// registered, and stays where it is.
bool RegisterConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                      const std::string& consumer);
// The same for a new consumer at `first`: it gets the events after that tick. One that is there
// stays where it is. The server refuses a tick that is not kept any more.
bool RegisterConsumerAt(pqxx::transaction_base& transaction, const std::string& queue,
                        const std::string& consumer, TickId first);
// Moves a consumer to `tick`, back or forth, and forgets a batch that it has open. Registers it
// where it is missing.
void RepositionConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                        const std::string& consumer, TickId tick);
// The number of subscriptions removed: 0 when it was not registered, more than 1 with
// subconsumers. Events that wait for a retry are dropped.
int UnregisterConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                       const std::string& consumer);

// What pgq.get_consumer_info says. Times are seconds.
struct ConsumerInfo {
  std::string queue, consumer;  // a subconsumer is called `consumer.subconsumer`
  std::optional<double> lag_s;  // age of the last finished tick; unset: an idle subconsumer
  std::optional<double> last_seen_s;
  std::optional<TickId> last_tick, next_tick;  // next_tick, current_batch: set with a batch open
  std::optional<BatchId> current_batch;
  std::optional<std::int64_t> pending_events;  // an estimate
};

std::vector<ConsumerInfo> ListConsumers(pqxx::transaction_base& transaction);
std::vector<ConsumerInfo> ListConsumers(pqxx::transaction_base& transaction,
                                        const std::string& queue);
// nullopt: not registered.
std::optional<ConsumerInfo> GetConsumerInfo(pqxx::transaction_base& transaction,
                                            const std::string& queue, const std::string& consumer);

// REQUIRES: schema pgq_coop. True: registered now (the consumer too, where it was missing).
bool RegisterSubconsumer(pqxx::transaction_base& transaction, const std::string& queue,
                         const std::string& consumer, const std::string& subconsumer);

enum class OpenBatch {
  kRefuse,  // the server refuses: `subconsumer has active batch`
  kDrop,    // the batch is dropped: no subconsumer gets its events any more
};
// False: there was none.
bool UnregisterSubconsumer(pqxx::transaction_base& transaction, const std::string& queue,
                           const std::string& consumer, const std::string& subconsumer,
                           OpenBatch open_batch = OpenBatch::kRefuse);

}  // namespace pgq
