#include "cascade/sole_worker.h"

#include <chrono>
#include <optional>
#include <random>

#include "pg/quote.h"

namespace cascade {
namespace {

constexpr std::chrono::milliseconds kLookEvery(100);
constexpr int kLooks = 25;
// The session of a worker that was killed may still end its statement, and goes then.
constexpr int kLooksAfterChange = 5;

// The same for all sessions of this process: one that it lost may linger at the server.
int ProcessMark() {
  static const int mark = static_cast<int>(std::random_device()() & 0x7fffffff);
  return mark;
}

// What a lock is about, as a lock's class: the same for all who work for the consumer.
std::string Class(const WorkClaim& claim) {
  return "pg_catalog.hashtext(" +
         pg::QuoteLiteral("worker of " + claim.queue + " for " + claim.consumer) + ")";
}

// A worker whose machine is gone must not keep the next one out for hours. Not every platform lets
// the server look for its client during a statement.
std::string MarkSql(const pg::Connection& connection, const WorkClaim& claim) {
  return std::string("select ") +
         (connection.server_major() >= 14
              ? "case when pg_catalog.strpos(pg_catalog.version(), 'linux') > 0 then "
                "pg_catalog.set_config('client_connection_check_interval', '10s', false) end, "
              : "") +
         "pg_catalog.set_config('tcp_keepalives_idle', '30', false), "
         "pg_catalog.set_config('tcp_keepalives_interval', '10', false), "
         "pg_catalog.set_config('tcp_keepalives_count', '3', false), "
         "pg_catalog.pg_try_advisory_lock_shared(" +
         Class(claim) + ", " + std::to_string(ProcessMark()) + ")";
}

std::string OthersSql(const WorkClaim& claim) {
  return "select a.pid, a.usename, coalesce(a.application_name, ''), "
         "coalesce(pg_catalog.host(a.client_addr), 'this machine'), "
         "coalesce(pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS'), '?'), "
         "coalesce(a.state_change::text, '') "
         "from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid "
         "where l.locktype = 'advisory' and l.objsubid = 2 and l.granted "
         "and l.classid = ((" +
         Class(claim) + "::bigint) & 4294967295)::oid and l.objid <> " +
         std::to_string(ProcessMark()) +
         "::oid and l.database = (select d.oid from pg_catalog.pg_database d "
         "where d.datname = pg_catalog.current_database()) "
         "and pg_catalog.has_function_privilege(a.usesysid, pg_catalog.to_regprocedure(" +
         pg::QuoteLiteral(claim.function) + "), 'execute') order by a.backend_start, a.pid limit 1";
}

struct Other {
  int pid = 0;
  std::string name, state_change;
};

// `before`: a statement to be sent with it, and a semicolon; or nothing.
std::optional<Other> FindOther(pg::Connection& connection, const WorkClaim& claim,
                               const std::string& before = "") {
  const pqxx::result rows = pg::ExecAutocommit(connection, before + OthersSql(claim));
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return Other{row[0].as<int>(),
               "server process " + row[0].as<std::string>() + ", \"" + row[2].c_str() +
                   "\" of role \"" + row[1].c_str() + "\" from " + row[3].c_str() + ", since " +
                   row[4].c_str(),
               row[5].c_str()};
}

void Wake(pg::Connection& connection, const std::string& channel) {
  if (channel.empty()) return;
  pqxx::nontransaction tx(connection);
  tx.exec_params("select pg_catalog.pg_notify($1, '')", channel);
}

[[noreturn]] void Raise(const WorkClaim& claim, const Other& other, bool alive) {
  const bool worker = claim.hint.empty();
  throw AnotherWorker(
      "another process " + claim.what +
          (worker ? " as \"" + claim.consumer + "\"" : std::string()) + ": " + other.name,
      !worker ? claim.hint
      : alive
          ? "Two workers would move each other's position: stop the other one first. Do not run a "
            "worker on a copy of a node's database."
          : "That session did not react, so it may be left over from a worker that has ended, and "
            "then the server closes it within a minute. If it stays: select pg_terminate_backend(" +
                std::to_string(other.pid) + ").",
      alive);
}

}  // namespace

std::optional<int> FindWork(pg::Connection& connection, const WorkClaim& claim) {
  const std::optional<Other> other = FindOther(connection, claim);
  return other ? std::optional(other->pid) : std::nullopt;
}

void ClaimWork(pg::Connection& connection, const WorkClaim& claim, base::Interrupt& interrupt) {
  const std::optional<Other> first =
      FindOther(connection, claim, MarkSql(connection, claim) + "; ");
  if (!first) return;
  Wake(connection, claim.wake_channel);
  int changed = 0;
  for (int look = 0; look < kLooks && !interrupt.stopping(); ++look) {
    interrupt.Sleep(base::Deadline::After(kLookEvery));
    const std::optional<Other> now = FindOther(connection, claim);
    if (!now) return;
    if (now->pid == first->pid && now->state_change != first->state_change &&
        ++changed > kLooksAfterChange)
      Raise(claim, *now, true);
  }
  Raise(claim, *first, false);
}

}  // namespace cascade
