#include "cascade/procedures/root_writes.h"

#include "base/error.h"
#include "base/poll_until.h"
#include "pg/sqlstate.h"

namespace cascade {
namespace {

// Rows of who holds locks on the queue's event tables as writers do, the oldest first: in words,
// and for how many milliseconds.
constexpr const char* kWriters = R"(
select pg_catalog.format('pid %s (user "%s", application "%s", %s since %s)', a.pid, a.usename, a.application_name, a.state,
                         pg_catalog.date_trunc('second', a.xact_start)),
       (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint
from pg_catalog.pg_locks l
join pg_catalog.pg_stat_activity a on a.pid = l.pid
join pgq.queue q on q.queue_name = $1
where l.locktype = 'relation' and l.granted and l.mode = 'RowExclusiveLock' and l.pid <> pg_catalog.pg_backend_pid()
    and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    and (l.relation = q.queue_data_pfx::regclass
         or l.relation in (select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = q.queue_data_pfx::regclass))
group by a.pid, a.usename, a.application_name, a.state, a.xact_start
order by a.xact_start)";

// The same of transactions that began before $1 and hold a snapshot.
constexpr const char* kOldSnapshots = R"(
select pg_catalog.format('pid %s (user "%s", application "%s", %s since %s)', a.pid, a.usename, a.application_name, a.state,
                         pg_catalog.date_trunc('second', a.xact_start))
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid() and a.backend_type = 'client backend'
    and a.backend_xmin is not null and a.xact_start < $1::timestamptz
order by a.xact_start)";

std::string Name(const pqxx::result& rows) {
  std::string names;
  for (const pqxx::row& row : rows)
    names += (names.empty() ? "" : ", ") + std::string(row[0].c_str());
  return names;
}

std::string InSeconds(base::Duration time) {
  return std::to_string(time.count() / 1000) + "." + std::to_string(time.count() / 100 % 10) + " s";
}

}  // namespace

QueueGate ReadGate(Members& members, const std::string& node) {
  return members.On(node, [&](auto& tx) {
    const pqxx::row row = tx.exec_params1(
        "select queue_disable_insert, queue_external_ticker from pgq.queue where queue_name = $1",
        members.queue());
    return QueueGate{row[0].template as<bool>(), row[1].template as<bool>()};
  });
}

void StopWrites(Members& members, const std::string& root) {
  members.Do(root, "select * from pgq_node.demote_root($1, 1, null)", members.queue());
}

void ReopenWrites(Members& members, const std::string& root) {
  if (members.Info(root).type != NodeType::kRoot) return;
  members.On(root, [&](auto& tx) {
    tx.exec_params(
        "update pgq.queue set queue_disable_insert = false, queue_external_ticker = false where "
        "queue_name = $1 and (queue_disable_insert or queue_external_ticker)",
        members.queue());
  });
}

void SetRefusesInserts(pqxx::transaction_base& tx, const std::string& queue, bool refuses) {
  tx.exec_params("update pgq.queue set queue_disable_insert = $2 where queue_name = $1", queue,
                 refuses);
}

pgq::TickId MakeLastTick(Members& members, const std::string& root, base::Duration lock_timeout) {
  try {
    return members.On(root, [&](auto& tx) {
      tx.exec("set local lock_timeout = " + std::to_string(lock_timeout.count()));
      const Answer answer = members.DoIn(
          tx, root, "select * from pgq_node.demote_root($1, 2, null)", members.queue());
      tx.exec_params(
          "select pg_catalog.pg_notify('pgq_' || queue_id, '') from pgq.queue where queue_name = "
          "$1",
          members.queue());
      return pgq::TickId(answer.row["last_tick"].template as<std::int64_t>());
    });
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() != pg::sqlstate::kLockNotAvailable) throw;
  }
  const std::string writers =
      members.On(root, [&](auto& tx) { return Name(tx.exec_params(kWriters, members.queue())); });
  throw base::Error("transactions that have written on node " + root + " did not end within " +
                        InSeconds(lock_timeout) + (writers.empty() ? "" : ": " + writers),
                    "Wait for them or end them, or raise setting lock_timeout.");
}

std::string AwaitOldSnapshots(Members& members, const std::string& root,
                              base::Duration lock_timeout) {
  const bool in_c = members.On(root, [](auto& tx) {
    const pqxx::result language = tx.exec(
        "select l.lanname = 'c' from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = "
        "p.prolang where p.oid = pg_catalog.to_regprocedure('pgq.insert_event_raw(text, bigint, "
        "timestamptz, integer, integer, text, text, text, text, text, text)')");
    return !language.empty() && language[0][0].template as<bool>();
  });
  if (in_c) return "";
  // Taken after the writes were stopped.
  const std::string now = members.On(root, [](auto& tx) {
    return tx.exec1("select pg_catalog.clock_timestamp()")[0].template as<std::string>();
  });
  pqxx::result others;
  const auto gone = [&] {
    others = members.On(root, [&](auto& tx) { return tx.exec_params(kOldSnapshots, now); });
    return others.empty();
  };
  if (base::PollUntil(members.interrupt(), gone, base::Deadline::After(lock_timeout))) return "";
  throw base::Error(
      "transactions on node " + root + " with a snapshot of before did not end within " +
          InSeconds(lock_timeout) + ", and might still write: " + Name(others),
      "Events are written by PL/pgSQL there, which does not see in such a transaction that writes "
      "are refused. Wait for them or end them, or raise setting lock_timeout.");
}

std::vector<Objection> AgainstLastTick(Members& members, const std::string& root,
                                       base::Duration lock_timeout) {
  std::vector<Objection> against;
  for (const pqxx::row& row :
       members.On(root, [&](auto& tx) { return tx.exec_params(kWriters, members.queue()); }))
    if (row[1].as<std::int64_t>() > lock_timeout.count())
      against.push_back({"a transaction that has written is open on node " + root + ": " +
                             std::string(row[0].c_str()),
                         "Everybody would wait for it: end it first, or raise setting "
                         "lock_timeout."});
  return against;
}

}  // namespace cascade
