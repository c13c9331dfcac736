#include "londiste/execute/script_progress.h"

#include "base/error.h"

namespace londiste::execute {
namespace {

template <class T>
std::optional<T> Optional(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<T>();
}

const char* OrNull(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

}  // namespace

bool KeepsProgress(pqxx::transaction_base& tx) {
  return tx.exec1("select pg_catalog.to_regclass('londiste.execute_progress') is not null")[0]
      .as<bool>();
}

void RequireProgressTable(pqxx::transaction_base& tx, const std::string& file) {
  if (KeepsProgress(tx)) return;
  throw base::Error("could not execute \"" + file +
                        "\": statements of it run outside a transaction, and this database's "
                        "schema londiste cannot keep how far they are",
                    "Update the schema: alter extension londiste update, or run londiste.sql of "
                    "this release again.");
}

std::optional<ScriptProgress> ReadProgress(pqxx::transaction_base& tx, const std::string& queue) {
  if (!KeepsProgress(tx)) return std::nullopt;
  const pqxx::result rows = tx.exec_params(
      "select execute_file, execute_sql, execute_attrs, event_id, tick_id, part_applied, "
      "statement_nr, running, finished, sent, coalesce(decision, ''), coalesce(error, '') from "
      "londiste.execute_progress where queue_name = $1",
      queue);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  ScriptProgress progress{.file = row[0].c_str(), .sql = row[1].c_str()};
  progress.attributes = Optional<std::string>(row[2]);
  progress.event = Optional<std::int64_t>(row[3]);
  if (const auto tick = Optional<std::int64_t>(row[4])) progress.tick = pgq::TickId(*tick);
  progress.part_applied = row[5].as<bool>();
  progress.statement = row[6].as<int>();
  progress.running = row[7].as<bool>();
  progress.finished = row[8].as<bool>();
  progress.sent = row[9].as<bool>();
  progress.decision = row[10].c_str();
  progress.error = row[11].c_str();
  return progress;
}

void WriteProgress(pqxx::transaction_base& tx, const std::string& queue,
                   const ScriptProgress& progress) {
  const std::string event = progress.event ? std::to_string(*progress.event) : "";
  const std::string tick = progress.tick ? ToString(*progress.tick) : "";
  const char* attributes = progress.attributes ? progress.attributes->c_str() : nullptr;
  tx.exec_params(
      "insert into londiste.execute_progress as p (queue_name, execute_file, execute_sql, "
      "execute_attrs, event_id, tick_id, part_applied, statement_nr, running, finished, sent, "
      "error) values ($1, $2, $3, $4, $5::bigint, $6::bigint, $7, $8, $9, $10, $11, $12) on "
      "conflict on constraint "
      "execute_progress_pkey do update set execute_file = $2, execute_sql = $3, execute_attrs = "
      "$4, event_id = $5, tick_id = $6, part_applied = $7, statement_nr = $8, running = $9, "
      "finished = $10, sent = $11, error = $12, decision = case when p.execute_file = $2 and "
      "p.event_id is not distinct from $5 then p.decision end",
      queue, progress.file, progress.sql, attributes, OrNull(event), OrNull(tick),
      progress.part_applied, progress.statement, progress.running, progress.finished, progress.sent,
      OrNull(progress.error));
}

void RemoveProgress(pqxx::transaction_base& tx, const std::string& queue) {
  tx.exec_params("delete from londiste.execute_progress where queue_name = $1", queue);
}

std::optional<ScriptProgress> FindInterrupted(pqxx::transaction_base& tx,
                                              const std::string& queue) {
  auto progress = ReadProgress(tx, queue);
  if (!progress || progress->event) return std::nullopt;
  const pqxx::result at_work = tx.exec_params(
      "select 1 from pg_catalog.pg_locks l where l.locktype = 'advisory' and l.objsubid = 2 and "
      "l.granted and l.classid = (pg_catalog.hashtext('londiste execute')::bigint & "
      "4294967295)::oid and l.objid = (pg_catalog.hashtext($1)::bigint & 4294967295)::oid and "
      "l.database = (select d.oid from pg_catalog.pg_database d where d.datname = "
      "pg_catalog.current_database())",
      queue);
  if (!at_work.empty()) return std::nullopt;
  return progress;
}

std::string WaysOut(const std::string& file) {
  return "On this node, mend the cause and run \"execute --retry " + file +
         "\" (it is tried again from time to time anyway), or go on without the script: \"execute "
         "--skip " +
         file + "\".";
}

}  // namespace londiste::execute
