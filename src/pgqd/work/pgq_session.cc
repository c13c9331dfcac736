#include "pgqd/work/pgq_session.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "pg/quote.h"
#include "pg/result.h"
#include "pg/text_array.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/news/wal_watch.h"

namespace pgqd {

namespace {

constexpr const char* kDemandState =
    "select s.queue_name, s.queue_id, s.event_seq, s.last_tick_id, s.tick_event_seq, s.tick_xmin,"
    " s.tick_xmax, pg_catalog.txid_current_snapshot()::text"
    " from pgq.ticker_demand_state(";
constexpr const char* kDemandStateEnd = ") s order by s.queue_name";
constexpr const char* kOnDemand =
    "select tick_id, braked, queue_id, tick_xmin, tick_xmax from pgq.ticker_on_demand";
constexpr const char* kTickMoved =
    "select tick_id, braked, queue_id, tick_xmin, tick_xmax from pgq._tick_moved(";
constexpr const char* kTickAll =
    "select pgq.ticker(), (select count(*) from pgq.queue where not queue_external_ticker and not "
    "queue_ticker_paused)";
constexpr const char* kTickAround = "select ticked, queues, locked, failed from pgq._tick_queues(";
// The newest transaction is not in anybody's snapshot, so it takes the list of sessions. A role
// that may not see what others do sees none open.
constexpr const char* kWritersOpen =
    "select exists (select from pg_catalog.pg_stat_get_activity(null) a"
    " where a.backend_xid is not null and a.pid <> pg_catalog.pg_backend_pid())";
// Columns of ParsePgq.
constexpr const char* kLookAtPgq =
    "select coalesce(bool_or(p.proname = 'ticker_on_demand')"
    " and bool_or(p.proname = 'ticker_demand_state'), false),"
    " coalesce(bool_or(p.proname = 'ticker_wait'), false),"
    " coalesce(bool_or(p.proname = '_tick_queues'), false),"
    " coalesce(bool_or(p.proname = '_tick_moved'), false),"
    " coalesce(bool_or(p.proname = 'ticker_wait_moved'), false),"
    " string_agg(p.oid || ' ' || p.xmin, ' ') filter (where p.proname = 'version')";
constexpr const char* kRetryDue =
    ", (select extract(epoch from"
    " greatest(now(), least(r.ev_retry_after, now() + interval '1 day')) - now())"
    " from pgq.retry_queue r order by r.ev_retry_after limit 1)";
constexpr const char* kFromPgq =
    " from pg_catalog.pg_proc p"
    " where p.proname in ('ticker_on_demand', 'ticker_demand_state', 'ticker_wait', 'version',"
    " '_tick_queues', '_tick_moved', 'ticker_wait_moved')"
    " and p.pronamespace = (select oid from pg_catalog.pg_namespace where nspname = 'pgq')";

std::string IdArray(const std::vector<int>& ids) {
  std::string text;
  for (const int id : ids) text += (text.empty() ? "" : ",") + std::to_string(id);
  return "{" + text + "}";
}

std::string LookSql(bool with_retry_events) {
  return std::string(kLookAtPgq) + (with_retry_events ? kRetryDue : "") + kFromPgq;
}

// An idle tick comes when the newest one is twice as old as that was when it was made, within
// bounds: as in pgq.ticker(queue).
constexpr const char* kNotifyNewest =
    "select q.queue_id, newest.tick_id, case when not q.queue_ticker_paused then"
    " extract(epoch from newest.tick_time + greatest(least("
    "2 * coalesce(newest.tick_time - before.tick_time, interval '0'), q.queue_ticker_idle_period),"
    " q.queue_ticker_max_lag / 2) - pg_catalog.clock_timestamp()) end,"
    " case when newest.tick_id is distinct from known.tick_id then pg_catalog.pg_notify('pgq_' || "
    "q.queue_id, newest.tick_id::text) end"
    " from pgq.queue q"
    " cross join lateral (select t.tick_id, t.tick_time from pgq.tick t"
    " where t.tick_queue = q.queue_id order by t.tick_queue desc, t.tick_id desc limit 1) newest"
    " left join lateral (select t.tick_time from pgq.tick t"
    " where t.tick_queue = q.queue_id and t.tick_id < newest.tick_id"
    " order by t.tick_queue desc, t.tick_id desc limit 1) before on true"
    " left join rows from (pg_catalog.unnest($1::int[]), pg_catalog.unnest($2::bigint[]))"
    " known (queue_id, tick_id) on known.queue_id = q.queue_id where not q.queue_external_ticker";

base::Clock::time_point SecondsFromNow(const pqxx::field& seconds) {
  return base::Clock::now() +
         base::Duration(static_cast<std::int64_t>(1000 * seconds.as<double>()));
}

}  // namespace

PgqSession::PgqSession(const Options& options, const std::string& database,
                       base::Interrupt& interrupt)
    : connection_(ConnectTo(options, database, "ticker"), interrupt),
      database_(database),
      pooled_(IsPooled(connection_)) {
  // A tick needs a snapshot of its own per statement, whatever the database's default is. And the
  // functions of PgQ need no plans for the values at hand: that costs more than all the rest.
  if (!pooled_)
    Exec(
        "set default_transaction_isolation = 'read committed'; "
        "set plan_cache_mode = force_generic_plan");
}

pqxx::result PgqSession::Exec(const std::string& sql) {
  spdlog::trace("{} {}", DatabaseText(database_), PrintableText(sql));
  return pg::ExecAutocommit(connection_, sql);
}

pqxx::result PgqSession::ExecPrepared(const char* name, const std::string& sql) {
  if (pooled_) return Exec(sql);
  spdlog::trace("{} {}", DatabaseText(database_), PrintableText(sql));
  pqxx::nontransaction statement(connection_);
  return statement.exec_prepared(name);
}

pqxx::result PgqSession::ExecTick(const std::string& sql) {
  // Two statements in one message are one transaction.
  return Exec(pooled_ ? "set transaction isolation level read committed; " + sql : sql);
}

bool PgqSession::HasPgq() {
  return !Exec("select 1 from pg_catalog.pg_namespace where nspname = 'pgq'").empty();
}

PgqSession::Owners PgqSession::WhoOwnsPgq() {
  const pqxx::result rows = Exec(
      "select current_user, (select me.rolsuper from pg_catalog.pg_roles me"
      " where me.rolname = current_user),"
      " (select string_agg(distinct '\"' || r.rolname || '\"', ', ') from ("
      "select n.nspowner from pg_catalog.pg_namespace n where n.nspname = any (s.names)"
      " union select p.proowner from pg_catalog.pg_proc p join pg_catalog.pg_namespace n"
      " on n.oid = p.pronamespace where n.nspname = any (s.names)"
      " union select c.relowner from pg_catalog.pg_class c join pg_catalog.pg_namespace n"
      " on n.oid = c.relnamespace where n.nspname = any (s.names) and c.relkind in ('r', 'v')"
      ") o (owner) join pg_catalog.pg_roles r on r.oid = o.owner"
      " where not r.rolsuper and r.rolname <> current_user)"
      " from (values (array['pgq', 'pgq_node', 'londiste']::name[])) s (names)");
  return {rows[0][0].as<std::string>(), !rows[0][1].is_null() && rows[0][1].as<bool>(),
          rows[0][2].as<std::string>("")};
}

std::optional<std::string> PgqSession::Version() {
  const pqxx::result rows = Exec("select pgq.version()");
  if (rows.size() != 1 || rows[0][0].is_null()) return std::nullopt;
  return rows[0][0].as<std::string>();
}

bool PgqSession::InRecovery() {
  return Exec("select pg_catalog.pg_is_in_recovery()")[0][0].as<bool>();
}

bool PgqSession::IsReadOnly() {
  return Exec("select pg_catalog.current_setting('default_transaction_read_only')::boolean")[0][0]
      .as<bool>();
}

std::string PgqSession::ServerStart() { return Exec(kServerStart)[0][0].as<std::string>(); }

bool PgqSession::TryLock() {
  return Exec(std::string("select pg_catalog.pg_try_advisory_") + (pooled_ ? "xact_" : "") +
              "lock(" + std::to_string(pgq::kTickerLockClass) + ", 0)")[0][0]
      .as<bool>();
}

PgqSession::LockHolder PgqSession::WhoHoldsLock() {
  // Several when the lock is held in shared mode: a pgqd among them counts.
  const pqxx::result rows = Exec(
      "select l.pid, coalesce(a.usename, ''), coalesce(pg_catalog.has_function_privilege("
      "a.usesysid, 'pgq.ticker()', 'execute'), true)"
      " from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid"
      " where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.objid = 0 and"
      " l.classid = " +
      std::to_string(pgq::kTickerLockClass) +
      " and l.database = (select oid from pg_catalog.pg_database where datname = "
      "current_database()) order by 3 desc limit 1");
  if (rows.empty() || rows[0][0].is_null()) return {};
  return {rows[0][0].as<int>(), rows[0][1].as<std::string>(), rows[0][2].as<bool>()};
}

PgqSession::Pgq PgqSession::ParsePgq(const pqxx::row& row) {
  return {row[0].as<bool>(), row[1].as<bool>(), row[2].as<bool>(),
          row[3].as<bool>(), row[4].as<bool>(), row[5].as<std::string>("")};
}

void PgqSession::Prepare() {
  pgq_ = ParsePgq(Exec(LookSql(false))[0]);
  if (pooled_) return;
  connection_.prepare("look", LookSql(true));
  connection_.prepare("notify_newest", kNotifyNewest);
  if (pgq_.on_demand) {
    connection_.prepare("demand_state", std::string(kDemandState) + kDemandStateEnd);
    connection_.prepare("writers_open", kWritersOpen);
    connection_.prepare("on_demand", std::string(kOnDemand) + "($1, $2)");
  }
  if (pgq_.some) {
    connection_.prepare("demand_state_some",
                        std::string(kDemandState) + "$1::integer[]" + kDemandStateEnd);
    connection_.prepare("tick_moved", std::string(kTickMoved) + "$1::integer[])");
  }
  connection_.prepare("tick_all", pgq_.tick_queues ? std::string(kTickAround) + "null)" : kTickAll);
}

PgqSession::PgqCheck PgqSession::Look() {
  PgqCheck condition;
  pqxx::result rows;
  try {
    rows = ExecPrepared("look", LookSql(true));
    if (!rows[0][6].is_null()) condition.retry_due = SecondsFromNow(rows[0][6]);
  } catch (const pqxx::sql_error& error) {
    // PgQ is gone; or the role may call its functions and not read its tables.
    spdlog::debug("{}: looking for retry events: {}", DatabaseText(database_), error.what());
    rows = Exec(LookSql(false));
    condition.retry_due = base::Clock::time_point{};
  }
  const Pgq now = ParsePgq(rows[0]);
  condition.pgq_changed = now.identity.empty() || now != pgq_;
  return condition;
}

PgqSession::TickedAll PgqSession::ParseTickedAll(const pqxx::row& row) {
  TickedAll all;
  all.ticked = row[0].is_null() ? 0 : row[0].as<long>();
  all.queues = row[1].as<std::size_t>();
  if (row.size() > 2) {
    all.locked = pg::ParseTextArray(row[2].c_str());
    all.failed = pg::ParseTextArray(row[3].c_str());
  }
  return all;
}

PgqSession::TickedAll PgqSession::TickAll() {
  const std::string sql = pgq_.tick_queues ? std::string(kTickAround) + "null)" : kTickAll;
  if (pooled_) return ParseTickedAll(ExecTick(sql)[0]);
  spdlog::trace("{} {}", DatabaseText(database_), sql);
  pqxx::nontransaction statement(connection_);
  return ParseTickedAll(statement.exec_prepared("tick_all")[0]);
}

PgqSession::TickedAll PgqSession::TickOne(const std::string& queue) {
  return ParseTickedAll(ExecTick(kTickAround + pg::QuoteLiteral(queue) + ")")[0]);
}

std::string PgqSession::TickerLockHolder(const std::string& queue) {
  return Exec("select coalesce(pgq._ticker_lock_holder(" + pg::QuoteLiteral(queue) + "), '')")[0][0]
      .as<std::string>();
}

std::vector<std::string> PgqSession::OrdinaryQueues() {
  std::vector<std::string> names;
  for (const auto& row :
       Exec("select queue_name from pgq.queue"
            " where not queue_external_ticker and not queue_ticker_paused order by 1"))
    names.push_back(row[0].as<std::string>());
  return names;
}

bool PgqSession::Tick(const std::string& queue) {
  return !ExecTick("select pgq.ticker(" + pg::QuoteLiteral(queue) + ")")[0][0].is_null();
}

pqxx::result PgqSession::ExecForQueues(const char* name, const std::string& sql,
                                       const std::vector<int>& queue_ids) {
  spdlog::trace("{} {} {}", DatabaseText(database_), name, IdArray(queue_ids));
  if (pooled_) return ExecTick(sql);
  pqxx::nontransaction statement(connection_);
  return statement.exec_prepared(name, IdArray(queue_ids));
}

PgqSession::State PgqSession::DemandState(const std::optional<std::vector<int>>& queue_ids) {
  State state;
  const pqxx::result rows =
      queue_ids ? ExecForQueues("demand_state_some",
                                kDemandState + pg::QuoteLiteral(IdArray(*queue_ids)) +
                                    "::integer[]" + kDemandStateEnd,
                                *queue_ids)
                : ExecPrepared("demand_state", std::string(kDemandState) + kDemandStateEnd);
  const auto number = [](const pqxx::field& field) {
    return field.is_null() ? 0 : field.as<std::int64_t>();
  };
  for (const auto& row : rows) {
    QueueTicks queue;
    queue.name = row[0].as<std::string>();
    queue.queue_id = row[1].as<int>();
    queue.event_seq = number(row[2]);
    if (!row[3].is_null()) queue.tick_id = row[3].as<std::int64_t>();
    queue.tick_event_seq = number(row[4]);
    queue.tick_xmin = number(row[5]);
    queue.tick_xmax = number(row[6]);
    if (state.queues.empty()) state.open = ParseOpenTransactions(row[7].c_str());
    state.queues.push_back(std::move(queue));
  }
  return state;
}

bool PgqSession::WritersOpen() {
  return ExecPrepared("writers_open", kWritersOpen)[0][0].as<bool>();
}

DemandAnswer PgqSession::ParseAnswer(const pqxx::row& row) const {
  DemandAnswer answer;
  if (!row[0].is_null()) answer.tick_id = row[0].as<std::int64_t>();
  answer.braked = !row[1].is_null() && row[1].as<bool>();
  answer.missed = row[1].is_null() && !row[2].is_null() && pgq_.tick_queues;
  answer.settled = answer.tick_id && !row[3].is_null() && !row[4].is_null() &&
                   row[3].as<std::int64_t>() >= row[4].as<std::int64_t>();
  return answer;
}

DemandAnswer PgqSession::TickOnDemand(const DemandPolicy::Request& request) {
  const std::string wait = request.wait_txid ? std::to_string(*request.wait_txid) : "null";
  const std::string sql = kOnDemand + ("(" + pg::QuoteLiteral(request.queue) + ", " + wait + ")");
  pqxx::result rows;
  if (pooled_) {
    rows = ExecTick(sql);
  } else {
    spdlog::trace("{} {}", DatabaseText(database_), PrintableText(sql));
    pqxx::nontransaction statement(connection_);
    rows = statement.exec_prepared(
        "on_demand", request.queue,
        request.wait_txid ? wait.c_str() : static_cast<const char*>(nullptr));
  }
  return rows.empty() ? DemandAnswer{} : ParseAnswer(rows[0]);
}

std::map<int, DemandAnswer> PgqSession::TickMoved(const std::vector<int>& queue_ids) {
  std::map<int, DemandAnswer> answers;
  const std::string sql = kTickMoved + pg::QuoteLiteral(IdArray(queue_ids)) + "::integer[])";
  for (const auto& row : ExecForQueues("tick_moved", sql, queue_ids))
    answers[row[2].as<int>()] = ParseAnswer(row);
  return answers;
}

void PgqSession::Notify(const TickIds& ticks) {
  if (ticks.empty()) return;
  std::string sql;
  for (const auto& [queue_id, tick_id] : ticks)
    sql += (sql.empty() ? "select" : ",") + std::string(" pg_catalog.pg_notify('pgq_") +
           std::to_string(queue_id) + "', '" + std::to_string(tick_id) + "')";
  Exec(sql);
}

PgqSession::Newest PgqSession::NotifyNewest(const TickIds& known) {
  std::string queues, ticks;
  for (const auto& [queue_id, tick_id] : known) {
    queues += (queues.empty() ? "" : ",") + std::to_string(queue_id);
    ticks += (ticks.empty() ? "" : ",") + std::to_string(tick_id);
  }
  queues = "{" + queues + "}";
  ticks = "{" + ticks + "}";
  spdlog::trace("{} {}", DatabaseText(database_), kNotifyNewest);
  pqxx::nontransaction statement(connection_);
  const pqxx::result rows = pooled_ ? statement.exec_params(kNotifyNewest, queues, ticks)
                                    : statement.exec_prepared("notify_newest", queues, ticks);
  Newest newest;
  for (const auto& row : rows) {
    newest.ticks[row[0].as<int>()] = row[1].as<std::int64_t>();
    if (row[2].is_null()) continue;  // paused
    const auto due = SecondsFromNow(row[2]);
    newest.idle_tick_due = std::min(newest.idle_tick_due.value_or(due), due);
  }
  return newest;
}

}  // namespace pgqd
