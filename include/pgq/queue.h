// Queues of a database: create, drop, configure, look at. Thin typed calls of the SQL API, inside
// the caller's transaction (pqxx::nontransaction for autocommit).
//
// Thread rule: that of the transaction's connection. Errors: pqxx::sql_error with the server's
// message (`No such event queue`), pqxx::broken_connection.
// Source: the functions of the same name in schema pgq.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "pgq/ids.h"

namespace pgq {

// True: created; false: it was there. The first tick exists at once, so consumers can register.
bool CreateQueue(pqxx::transaction_base& transaction, const std::string& queue);

enum class AttachedConsumers {
  kRefuse,      // the server refuses: `cannot drop queue, consumers still attached`
  kUnregister,  // they are unregistered first, their unread events are lost
};
void DropQueue(pqxx::transaction_base& transaction, const std::string& queue,
               AttachedConsumers attached = AttachedConsumers::kRefuse);

// `parameter` without the prefix queue_: ticker_max_count, ticker_max_lag, ticker_idle_period,
// ticker_paused, rotation_period, external_ticker. `value` as text, e.g. "500", "3 seconds",
// "true".
void SetQueueConfig(pqxx::transaction_base& transaction, const std::string& queue,
                    const std::string& parameter, const std::string& value);

// What pgq.get_queue_info says. Times are seconds.
struct QueueInfo {
  std::string queue;
  int tables = 0, current_table = 0;
  double rotation_period_s = 0;
  std::string switch_time;  // timestamptz text
  bool external_ticker = false, ticker_paused = false;
  int ticker_max_count = 0;
  double ticker_max_lag_s = 0, ticker_idle_period_s = 0;
  std::optional<double> ticker_lag_s;       // age of the newest tick
  std::optional<double> events_per_second;  // over the last twenty ticks
  std::optional<std::int64_t> new_events;   // estimated, since the newest tick
  std::optional<TickId> last_tick;
};

std::vector<QueueInfo> ListQueues(pqxx::transaction_base& transaction);  // by name
// nullopt: no such queue.
std::optional<QueueInfo> GetQueueInfo(pqxx::transaction_base& transaction,
                                      const std::string& queue);

}  // namespace pgq
