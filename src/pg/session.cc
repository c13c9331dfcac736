#include "pg/session.h"

#include <poll.h>

#include <charconv>
#include <map>
#include <vector>

#include "pg/connect_message.h"
#include "pg/conninfo.h"
#include "pg/error.h"
#include "pg/result.h"
#include "pg/wait.h"

namespace pg {
namespace {

using Parameters = std::map<std::string, std::string>;

// What a session gets unless the user's string says otherwise: a dead peer is noticed within a
// minute and a half.
Parameters WithDefaults(Parameters parameters, const ConnectOptions& options) {
  parameters.try_emplace("application_name", options.application_name);
  parameters.try_emplace("keepalives", "1");
  parameters.try_emplace("keepalives_idle", "30");
  parameters.try_emplace("keepalives_interval", "10");
  parameters.try_emplace("keepalives_count", "3");
  parameters.try_emplace("tcp_user_timeout", "90000");
  parameters["client_encoding"] = options.client_encoding;
  return parameters;
}

base::Duration ConnectTimeout(const Parameters& parameters, base::Duration otherwise) {
  const auto found = parameters.find("connect_timeout");
  int seconds = 0;
  if (found != parameters.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  return seconds > 0 ? base::Duration(std::chrono::seconds(seconds)) : otherwise;
}

SessionPtr Start(const Parameters& parameters) {
  std::vector<const char*> names, values;
  for (const auto& [name, value] : parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  return SessionPtr(PQconnectStartParams(names.data(), values.data(), 0));
}

[[noreturn]] void Fail(PGconn* session, const std::string& target) {
  ThrowConnectFailed(target, session == nullptr ? "out of memory" : PQerrorMessage(session));
}

void PollUntilOpen(PGconn* session, base::Deadline deadline, const std::string& target,
                   const base::Interrupt& interrupt) {
  if (session == nullptr || PQstatus(session) == CONNECTION_BAD) Fail(session, target);
  // Verbose texts are the only place where libpq shows the SQLSTATE of a refused session.
  PQsetErrorVerbosity(session, PQERRORS_VERBOSE);
  PQsetNoticeReceiver(
      session, [](void*, const PGresult*) {}, nullptr);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    const short events = state == PGRES_POLLING_WRITING ? POLLOUT : POLLIN;
    if (!WaitSocket(PQsocket(session), events, deadline, interrupt))
      ThrowConnectFailed(target, "timeout expired");
    state = PQconnectPoll(session);
    if (state == PGRES_POLLING_FAILED) Fail(session, target);
  }
}

// Values travel as text between servers with other defaults, so each session reads and writes them
// the same way.
std::string SetupSql(PGconn* session) {
  std::string sql =
      "set datestyle = 'ISO'; set intervalstyle = 'postgres'; set extra_float_digits = 1; set "
      "bytea_output = 'hex'; "
      "set standard_conforming_strings = on; set xmloption = 'content'; set lc_monetary = 'C'; "
      "set lock_timeout = 0; set statement_timeout = 0; set idle_in_transaction_session_timeout = "
      "0; ";
  if (PQserverVersion(session) >= 140000) sql += "set idle_session_timeout = 0; ";
  if (PQserverVersion(session) >= 170000) sql += "set transaction_timeout = 0; ";
  // A commit of ours is a position or an order of the administrator: it must be on disk when we say
  // so.
  return sql +
         "select pg_catalog.set_config('synchronous_commit', 'on', false) "
         "where pg_catalog.current_setting('synchronous_commit') = 'off'";
}

void SetUp(PGconn* session, base::Deadline deadline, const std::string& target,
           const base::Interrupt& interrupt) {
  if (PQsendQuery(session, SetupSql(session).c_str()) == 0) Fail(session, target);
  std::string failure;
  for (;;) {
    while (PQisBusy(session) != 0) {
      if (!WaitSocket(PQsocket(session), POLLIN, deadline, interrupt))
        ThrowConnectFailed(target, "timeout expired");
      if (PQconsumeInput(session) == 0) Fail(session, target);
    }
    const ResultPtr result(PQgetResult(session));
    if (!result) break;
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      failure = PQresultErrorMessage(result.get());
  }
  if (PQstatus(session) != CONNECTION_OK) Fail(session, target);
  if (!failure.empty()) ThrowConnectFailed(target, failure);
  PQsetErrorVerbosity(session, PQERRORS_DEFAULT);
}

}  // namespace

OpenedSession OpenSession(const ConnectOptions& options, const base::Interrupt& interrupt) {
  interrupt.ThrowIfCancelled();
  const Parameters parameters = WithDefaults(ParseConnstr(options.connstr), options);
  const std::string target = RedactConnstr(options.connstr);
  const auto deadline = base::Deadline::After(ConnectTimeout(parameters, options.connect_timeout));
  SessionPtr session = Start(parameters);
  PollUntilOpen(session.get(), deadline, target, interrupt);
  const auto start = base::Clock::now();
  SetUp(session.get(), deadline, target, interrupt);
  return {std::move(session), base::Clock::now() - start};
}

}  // namespace pg
