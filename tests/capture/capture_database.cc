#include "capture/capture_database.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "capture/value_pool.h"
#include "support/sql.h"
#include "support/tree.h"

namespace capture_test {
namespace {

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

std::string Bundle(Form form, const std::string& module) {
  const std::string path =
      test_support::BundleDir() + (form == Form::kC ? "/pgq.sql" : "/pgq_pl_only.sql");
  std::ifstream in(path);
  if (!in) throw std::runtime_error("could not open \"" + path + "\"");
  std::stringstream text;
  text << in.rdbuf();
  std::string bundle = text.str();
  const std::string installed = "$libdir/skytools_pgq";
  for (std::size_t at; (at = bundle.find(installed)) != std::string::npos;)
    bundle.replace(at, installed.size(), module);
  return bundle;
}

// A copy that the server's user can read wherever the build folder is.
std::string ModuleFor(const test_support::PostgresServer& server) {
  const std::string copy = server.socket_dir() + "/skytools_pgq.so";
  if (!std::filesystem::exists(copy)) {
    std::filesystem::copy_file(test_support::ModulePath(), copy);
    chmod(copy.c_str(), 0755);
  }
  return copy;
}

const char* Encoding(Charset charset) {
  return charset == Charset::kUtf8 ? "UTF8" : charset == Charset::kLatin1 ? "LATIN1" : "SQL_ASCII";
}

std::string Field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

// Types of the stories have other oids in each database.
std::string WithoutOid(std::string message) {
  const std::string before = "got=";
  const std::size_t at = message.find(before);
  if (at != std::string::npos && message.size() >= at + before.size() + 5)
    message.resize(at + before.size());
  return message;
}

}  // namespace

const char* Name(Charset charset) { return Encoding(charset); }

CaptureDatabase::CaptureDatabase(test_support::PostgresServer& server, Form form, Charset charset)
    : connection_(nullptr, PQfinish) {
  const std::string name = std::string(form == Form::kC ? "c_" : "pl_") + Encoding(charset);
  test_support::Sql(server.Connstr())
      .Exec("create database \"" + name + "\" template template0 encoding '" + Encoding(charset) +
            "' lc_collate 'C' lc_ctype 'C'");
  {
    test_support::Sql install(server.Connstr(name));
    install.Exec("set client_min_messages = error");
    install.Exec(Bundle(form, ModuleFor(server)));
    for (const std::string& statement : TypeStatements(charset)) install.Exec(statement);
    install.Exec("select pgq.create_queue('capture')");
  }
  // Not by SET, which RESET ALL would undo.
  connstr_ = server.Connstr(name) +
             (charset == Charset::kBytes ? " client_encoding=SQL_ASCII" : " client_encoding=UTF8");
  Reconnect();
  entry_point_ = Value(
      "select pg_get_functiondef('pgq.insert_event(text, text, text, text, text, text, "
      "text)'::regprocedure)");
}

// For each table, which drops none: PreparedEvents() counts those of all stories.
void CaptureDatabase::PrepareCaptures() {
  Value(
      "select pg_catalog.count(pgq.prepare_captures(tgrelid)) from (select distinct tgrelid from "
      "pg_catalog.pg_trigger where tgfoid operator(pg_catalog.=) "
      "'pgq.logutriga()'::pg_catalog.regprocedure) t");
}

int CaptureDatabase::PreparedEvents() {
  return std::stoi(
      Value("select coalesce(sum(calls), 0) from pg_stat_user_functions where funcname ~ "
            "'^_store_[0-9]'"));
}

void CaptureDatabase::Reconnect() {
  connection_.reset(PQconnectdb(connstr_.c_str()));
  if (PQstatus(native()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(native()));
  PQsetNoticeProcessor(
      native(), [](void*, const char*) {}, nullptr);
}

std::string CaptureDatabase::Run(const Statement& statement) {
  Result result(PQexec(native(), statement.sql.c_str()), PQclear);
  if (PQresultStatus(result.get()) == PGRES_COPY_IN) {
    if (!statement.copy_data.empty())
      PQputCopyData(native(), statement.copy_data.data(),
                    static_cast<int>(statement.copy_data.size()));
    PQputCopyEnd(native(), nullptr);
    result.reset(PQgetResult(native()));
    while (PGresult* rest = PQgetResult(native())) PQclear(rest);
  }
  if (PQstatus(native()) != CONNECTION_OK)
    throw std::runtime_error("the server went away at: " + statement.sql);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK &&
      PQresultStatus(result.get()) != PGRES_TUPLES_OK)
    return "ERROR " + Field(result.get(), PG_DIAG_SQLSTATE) + ": " +
           WithoutOid(Field(result.get(), PG_DIAG_MESSAGE_PRIMARY));
  std::string text = PQcmdStatus(result.get());
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    text += '\n';
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      if (column > 0) text += '|';
      text +=
          PQgetisnull(result.get(), row, column) ? "\\N" : PQgetvalue(result.get(), row, column);
    }
  }
  return text;
}

std::string CaptureDatabase::Value(const std::string& sql) {
  Result result(PQexec(native(), sql.c_str()), PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK || PQntuples(result.get()) != 1)
    throw std::runtime_error(sql + ": " + PQerrorMessage(native()));
  return PQgetvalue(result.get(), 0, 0);
}

std::string CaptureDatabase::Events() {
  return Run(
      {"select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4,"
       " pg_catalog.dense_rank() over (order by ev_txid), ev_owner, ev_retry, ev_time is null"
       " from pgq.event_1 where ev_id operator(pg_catalog.>) " +
           last_seen_ + " order by ev_id",
       ""});
}

void CaptureDatabase::ForgetEvents() {
  last_seen_ = Value("select coalesce(max(ev_id), 0) from pgq.event_1");
}

void CaptureDatabase::Reset() {
  if (PQtransactionStatus(native()) != PQTRANS_IDLE) Run({"rollback", ""});
  Run({"reset all", ""});
  Run({entry_point_, ""});
  ForgetEvents();
}

bool CaptureDatabase::in_failed_transaction() const {
  return PQtransactionStatus(native()) == PQTRANS_INERROR;
}

}  // namespace capture_test
