#include "soak/writer.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "soak/keys.h"

namespace soak {
namespace {

using namespace std::chrono_literals;
using ResultPtr = std::unique_ptr<PGresult, decltype(&PQclear)>;
using ConnectionPtr = std::unique_ptr<PGconn, decltype(&PQfinish)>;

bool Succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

Writer::Writer(std::string connstr, int number, std::uint64_t seed)
    : connstr_(std::move(connstr)), number_(number), random_(seed), thread_([this] { Run(); }) {}

Writer::~Writer() {
  Stop();
  Join();
}

void Writer::Join() {
  if (thread_.joinable()) thread_.join();
}

std::vector<std::string> Writer::Surprises() {
  const std::lock_guard lock(mutex_);
  return surprises_;
}

void Writer::Run() {
  while (!stopping_) {
    const ConnectionPtr conn(PQconnectdb(connstr_.c_str()), PQfinish);
    if (PQstatus(conn.get()) == CONNECTION_OK) RunSession(conn.get());
    if (!stopping_) std::this_thread::sleep_for(100ms);
  }
}

void Writer::RunSession(PGconn* conn) {
  PQsetNoticeProcessor(
      conn, [](void*, const char*) {}, nullptr);
  while (!stopping_) {
    try {
      FinishPrepared(conn);
      RunTransaction(conn);
    } catch (const Failed& failed) {
      // libpq itself fails without an SQLSTATE, and may notice only at the next statement that the
      // session is gone.
      if (PQstatus(conn) != CONNECTION_OK || failed.sqlstate.empty() ||
          failed.sqlstate.starts_with("57P0")) {
        ++counts_.lost_connections;
        return;
      }
      if (failed.sqlstate == "40001" || failed.sqlstate == "40P01") {
        ++counts_.serialization_failures;
      } else {
        const std::lock_guard lock(mutex_);
        surprises_.push_back("writer " + std::to_string(number_) + ": " + failed.sqlstate + " " +
                             failed.message);
        if (surprises_.size() > 20) return;
      }
      const ResultPtr ignored(PQexec(conn, "rollback"), PQclear);
    }
  }
}

void Writer::Exec(PGconn* conn, const std::string& sql, const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  const ResultPtr result(PQexecParams(conn, sql.c_str(), static_cast<int>(values.size()), nullptr,
                                      pointers.data(), nullptr, nullptr, 0),
                         PQclear);
  if (Succeeded(result.get())) return;
  const char* sqlstate = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  throw Failed{sqlstate ? sqlstate : "", PQerrorMessage(conn)};
}

// Transactions that a lost connection or a crash has left prepared: their fate is drawn now.
void Writer::FinishPrepared(PGconn* conn) {
  const std::string pattern = "soak_" + std::to_string(number_) + "_%";
  const ResultPtr left(
      PQexec(conn, ("select gid from pg_catalog.pg_prepared_xacts where gid like '" + pattern + "'")
                       .c_str()),
      PQclear);
  if (!Succeeded(left.get())) throw Failed{"", PQerrorMessage(conn)};
  for (int row = 0; row < PQntuples(left.get()); ++row)
    EndPrepared(conn, PQgetvalue(left.get(), row, 0));
}

void Writer::EndPrepared(PGconn* conn, const std::string& name) {
  const bool keep = Chance(800);
  Exec(conn, (keep ? "commit prepared '" : "rollback prepared '") + name + "'");
  ++(keep ? counts_.committed : counts_.rolled_back);
  ++counts_.prepared;
}

// In slices, so that Stop() need not wait for the longest.
void Writer::Hold(int milliseconds) const {
  for (; milliseconds > 0 && !stopping_; milliseconds -= 50)
    std::this_thread::sleep_for(std::min(milliseconds, 50) * 1ms);
}

void Writer::RunTransaction(PGconn* conn) {
  const int kind = Below(10);
  const char* isolation = kind < 6   ? "read committed"
                          : kind < 8 ? "repeatable read"
                                     : "serializable";
  Exec(conn, std::string("begin isolation level ") + isolation);
  Exec(conn, "select 1 from soak_exact_position");  // takes the snapshot where there is only one
  const int events = 1 + Below(20);
  const int before_hold = Below(events + 1);
  InsertEvents(conn, before_hold);
  // Mostly short; now and then longer than ticks and retries, rarely longer than the rotation
  // period.
  Hold(Chance(4) ? 20'000 + Below(25'000) : Chance(20) ? Below(6000) : Below(150));
  InsertEvents(conn, events - before_hold);
  if (Chance(80)) {
    Exec(conn, "rollback");
    ++counts_.rolled_back;
  } else if (Chance(50)) {
    const std::string name =
        "soak_" + std::to_string(number_) + "_" + std::to_string(next_prepared_++);
    Exec(conn, "prepare transaction '" + name + "'");
    Hold(Chance(50) ? 20'000 + Below(10'000) : Below(2000));
    EndPrepared(conn, name);
  } else {
    Exec(conn, "commit");
    ++counts_.committed;
  }
}

// Some of them in subtransactions, of which some are rolled back, also nested.
void Writer::InsertEvents(PGconn* conn, int count) {
  while (count > 0) {
    const int here = 1 + Below(count);
    count -= here;
    const bool in_subtransaction = Chance(300);
    if (in_subtransaction) Exec(conn, "savepoint a");
    for (int i = 0; i < here; ++i) {
      const bool nested = in_subtransaction && Chance(200);
      if (nested) Exec(conn, "savepoint b");
      InsertEvent(conn);
      if (nested) Exec(conn, Chance(500) ? "rollback to savepoint b" : "release savepoint b");
    }
    if (in_subtransaction)
      Exec(conn, Chance(400) ? "rollback to savepoint a" : "release savepoint a");
  }
}

void Writer::InsertEvent(PGconn* conn) {
  // A key is used once, whatever becomes of its transaction.
  const std::string key = "w" + std::to_string(number_) + "-" + std::to_string(next_key_++);
  if (Chance(500))
    Exec(conn, "select pgq.insert_event($1, 'soak', $2, $3, null, null, null)",
         {kQueue, key, PayloadOf(key)});
  else
    Exec(conn, "insert into soak_source values ($1)", {key});
  Exec(conn, "insert into soak_committed values ($1)", {key});
  ++counts_.events;
}

}  // namespace soak
