#include "support/sql.h"

#include <memory>
#include <stdexcept>

namespace test_support {
namespace {
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

bool Succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

void IgnoreNotice(void*, const PGresult*) {}
}  // namespace

Sql::Sql(const std::string& connstr) : conn_(PQconnectdb(connstr.c_str())) {
  if (PQstatus(conn_) != CONNECTION_OK) {
    const std::string message = PQerrorMessage(conn_);
    PQfinish(conn_);
    throw std::runtime_error(message);
  }
  PQsetNoticeReceiver(conn_, IgnoreNotice, nullptr);
}

Sql::~Sql() { PQfinish(conn_); }

std::vector<Sql::Row> Sql::Exec(const std::string& sql) {
  const Result result(PQexec(conn_, sql.c_str()), PQclear);
  if (!Succeeded(result.get()))
    throw std::runtime_error(std::string(PQerrorMessage(conn_)) + " in: " + sql.substr(0, 300));
  std::vector<Row> rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    Row& values = rows.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      if (PQgetisnull(result.get(), row, column))
        values.emplace_back(std::nullopt);
      else
        values.emplace_back(PQgetvalue(result.get(), row, column));
    }
  }
  return rows;
}

std::string Sql::Value(const std::string& sql) {
  const auto rows = Exec(sql);
  if (rows.empty() || rows[0].empty()) return "(none)";
  return rows[0][0].value_or("(null)");
}

std::string Sql::Text(const std::string& sql) {
  std::string text;
  for (const Row& row : Exec(sql)) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i ? "|" : "") + row[i].value_or("\\N");
    text += '\n';
  }
  return text;
}

std::string Sql::Error(const std::string& sql) {
  const Result result(PQexec(conn_, sql.c_str()), PQclear);
  if (Succeeded(result.get())) return "";
  const char* message = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  return message ? message : PQerrorMessage(conn_);
}

void Sql::Send(const std::string& sql) {
  if (!PQsendQuery(conn_, sql.c_str())) throw std::runtime_error(PQerrorMessage(conn_));
}

void Sql::Finish() {
  std::string error;
  while (PGresult* raw = PQgetResult(conn_)) {
    const Result result(raw, PQclear);
    if (!Succeeded(raw)) error = PQerrorMessage(conn_);
  }
  if (!error.empty()) throw std::runtime_error(error);
}

std::string TableDigest(Sql& sql, const std::string& table) {
  return sql.Value(
      "select count(*)::text || ':' || coalesce(md5(string_agg(md5(t::text), '' order by "
      "md5(t::text))), '') from " +
      table + " t");
}

}  // namespace test_support
