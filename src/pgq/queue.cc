#include "pgq/queue.h"

namespace pgq {
namespace {

constexpr const char* kColumns =
    "select queue_name, queue_ntables, queue_cur_table, extract(epoch from queue_rotation_period), "
    "queue_switch_time, queue_external_ticker, queue_ticker_paused, queue_ticker_max_count, "
    "extract(epoch from queue_ticker_max_lag), extract(epoch from queue_ticker_idle_period), "
    "extract(epoch from ticker_lag), ev_per_sec, ev_new, last_tick_id ";

template <class Value>
std::optional<Value> ValueOf(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Value>();
}

QueueInfo ReadInfo(const pqxx::row& row) {
  QueueInfo info;
  info.queue = row[0].as<std::string>();
  info.tables = row[1].as<int>();
  info.current_table = row[2].as<int>();
  info.rotation_period_s = ValueOf<double>(row[3]).value_or(0);
  info.switch_time = row[4].as<std::string>("");
  info.external_ticker = row[5].as<bool>();
  info.ticker_paused = row[6].as<bool>();
  info.ticker_max_count = row[7].as<int>();
  info.ticker_max_lag_s = ValueOf<double>(row[8]).value_or(0);
  info.ticker_idle_period_s = ValueOf<double>(row[9]).value_or(0);
  info.ticker_lag_s = ValueOf<double>(row[10]);
  info.events_per_second = ValueOf<double>(row[11]);
  info.new_events = ValueOf<std::int64_t>(row[12]);
  if (!row[13].is_null()) info.last_tick = TickId(row[13].as<std::int64_t>());
  return info;
}

}  // namespace

bool CreateQueue(pqxx::transaction_base& transaction, const std::string& queue) {
  return transaction.exec_params1("select pgq.create_queue($1)", queue)[0].as<int>() == 1;
}

void DropQueue(pqxx::transaction_base& transaction, const std::string& queue,
               AttachedConsumers attached) {
  transaction.exec_params("select pgq.drop_queue($1, $2)", queue,
                          attached == AttachedConsumers::kUnregister);
}

void SetQueueConfig(pqxx::transaction_base& transaction, const std::string& queue,
                    const std::string& parameter, const std::string& value) {
  transaction.exec_params("select pgq.set_queue_config($1, $2, $3)", queue, parameter, value);
}

std::vector<QueueInfo> ListQueues(pqxx::transaction_base& transaction) {
  std::vector<QueueInfo> queues;
  for (const pqxx::row& row : transaction.exec(std::string(kColumns) + "from pgq.get_queue_info()"))
    queues.push_back(ReadInfo(row));
  return queues;
}

std::optional<QueueInfo> GetQueueInfo(pqxx::transaction_base& transaction,
                                      const std::string& queue) {
  const pqxx::result rows =
      transaction.exec_params(std::string(kColumns) + "from pgq.get_queue_info($1)", queue);
  if (rows.empty()) return std::nullopt;
  return ReadInfo(rows[0]);
}

}  // namespace pgq
