#include "pgq_tool/commands/queue_state.h"

#include <chrono>

#include "pg/may_call.h"
#include "pgq/ticker_lock.h"
#include "pgq_tool/commands/session.h"
#include "report/duration.h"

namespace pgq_tool::commands {
namespace {

// What the server tells only to those who may administer queues; others see what pgqd has noted as
// conditions.
std::vector<Blocker> ReadBlockers(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<Blocker> blockers;
  if (!pg::MayCall(tx, "pgq._rotation_blockers(text)")) return blockers;
  for (const pqxx::row& row :
       tx.exec_params("select subject, message, hint from pgq._rotation_blockers($1)", queue))
    blockers.push_back(
        {row[0].as<std::string>(""), row[1].as<std::string>(""), row[2].as<std::string>("")});
  return blockers;
}

QueueState ReadQueue(pqxx::transaction_base& tx, pgq::QueueInfo info) {
  QueueState state;
  const pqxx::row rotation = tx.exec_params1(
      "select extract(epoch from pg_catalog.now() operator(pg_catalog.-) queue_switch_time), "
      "coalesce(queue_switch_time operator(pg_catalog.+) queue_rotation_period "
      "operator(pg_catalog.<) pg_catalog.now(), false) "
      "from pgq.queue where queue_name operator(pg_catalog.=) $1",
      info.queue);
  state.rotated_s = rotation[0].as<double>(0);
  state.overdue = rotation[1].as<bool>();
  if (state.overdue) state.blockers = ReadBlockers(tx, info.queue);
  state.consumers = pgq::ListConsumers(tx, info.queue);
  state.conditions = pgq::ReadConditions(tx, info.queue);
  state.info = std::move(info);
  return state;
}

}  // namespace

std::optional<TickerProcess> FindTicker(pqxx::transaction_base& tx) {
  const pqxx::result rows = tx.exec(
      "select l.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr), "
      "pg_catalog.date_trunc('second', a.backend_start) "
      "from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid "
      "operator(pg_catalog.=) l.pid where l.locktype operator(pg_catalog.=) 'advisory' and "
      "l.classid operator(pg_catalog.=) " +
      std::to_string(pgq::kTickerLockClass) +
      "::pg_catalog.oid and l.objid operator(pg_catalog.=) 0::pg_catalog.oid and l.objsubid "
      "operator(pg_catalog.=) 2 and l.granted and l.database operator(pg_catalog.=) (select d.oid "
      "from pg_catalog.pg_database d where d.datname operator(pg_catalog.=) "
      "pg_catalog.current_database())");
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return TickerProcess{row[0].as<int>(), row[1].as<std::string>(""), row[2].as<std::string>(""),
                       row[3].as<std::string>(""), row[4].as<std::string>("")};
}

DatabaseState ReadDatabase(pg::Connection& connection, const std::vector<std::string>& queues) {
  DatabaseState state;
  pqxx::work tx(connection);
  tx.exec0("set transaction isolation level repeatable read, read only");
  const pqxx::row about = tx.exec1("select pg_catalog.current_database(), pgq.version()");
  state.database = about[0].as<std::string>();
  state.pgq_version = about[1].as<std::string>("");
  state.ticker = FindTicker(tx);
  if (queues.empty()) {
    for (pgq::QueueInfo& info : pgq::ListQueues(tx))
      state.queues.push_back(ReadQueue(tx, std::move(info)));
  }
  for (const std::string& queue : queues) {
    RequireQueue(tx, queue);
    state.queues.push_back(ReadQueue(tx, *pgq::GetQueueInfo(tx, queue)));
  }
  return state;
}

std::string TickerText(const std::optional<TickerProcess>& ticker) {
  if (!ticker) return "no pgqd serves this database (one that works through a pooler is not seen)";
  std::string text = "process " + std::to_string(ticker->pid);
  if (ticker->user.empty()) return text;
  return text + " (user \"" + ticker->user + "\", application \"" + ticker->application + "\"" +
         (ticker->client.empty() ? "" : ", host " + ticker->client) + ") since " + ticker->since;
}

std::string Ago(std::optional<double> seconds) {
  if (!seconds) return "-";
  return report::ShortDuration(std::chrono::seconds(static_cast<long long>(*seconds)));
}

}  // namespace pgq_tool::commands
