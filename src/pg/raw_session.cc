#include "pg/raw_session.h"

#include <poll.h>

#include <vector>

#include "pg/wait.h"

namespace pg {
namespace {

[[noreturn]] void Fail(PGconn* session) { throw RawFailure(PQerrorMessage(session)); }

// In libpq's words, which it has for every failure but this one.
[[noreturn]] void FailByTimeout(PGconn* session) {
  const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
  const std::string host = text(PQhost(session)), address = text(PQhostaddr(session)),
                    port = text(PQport(session));
  std::string place = "server at \"" + (host.empty() ? address : host) + "\"";
  if (!address.empty() && address != host && !host.empty()) place += " (" + address + ")";
  place += ", port " + port;
  if (host.starts_with('/') || host.starts_with('@'))
    place = "server on socket \"" + host + "/.s.PGSQL." + port + "\"";
  throw RawFailure("connection to " + place + " failed: timeout expired");
}

SessionPtr Start(const Parameters& parameters) {
  std::vector<const char*> names, values;
  for (const auto& [name, value] : parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  SessionPtr session(PQconnectStartParams(names.data(), values.data(), 0));
  if (!session) throw RawFailure("out of memory");
  if (PQstatus(session.get()) == CONNECTION_BAD) Fail(session.get());
  return session;
}

}  // namespace

SessionPtr OpenRaw(const Parameters& parameters, base::Deadline deadline,
                   const base::Interrupt& interrupt) {
  SessionPtr session = Start(parameters);
  // Verbose texts are the only place where libpq shows the SQLSTATE of a refused session.
  PQsetErrorVerbosity(session.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(
      session.get(), [](void*, const PGresult*) {}, nullptr);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    const short events = state == PGRES_POLLING_WRITING ? POLLOUT : POLLIN;
    if (!WaitSocket(PQsocket(session.get()), events, deadline, interrupt))
      FailByTimeout(session.get());
    state = PQconnectPoll(session.get());
    if (state == PGRES_POLLING_FAILED) Fail(session.get());
  }
  return session;
}

void SendRaw(PGconn* session, const std::string& sql) {
  if (PQsendQuery(session, sql.c_str()) == 0) Fail(session);
}

bool AnswersBy(PGconn* session, base::Deadline deadline, const base::Interrupt& interrupt) {
  while (PQisBusy(session) != 0) {
    if (!WaitSocket(PQsocket(session), POLLIN, deadline, interrupt)) return false;
    if (PQconsumeInput(session) == 0) Fail(session);
  }
  return true;
}

ResultPtr AwaitRaw(PGconn* session, base::Deadline deadline, const base::Interrupt& interrupt) {
  ResultPtr last;
  std::string failure;
  for (;;) {
    if (!AnswersBy(session, deadline, interrupt)) FailByTimeout(session);
    ResultPtr result(PQgetResult(session));
    if (!result) break;
    if (IsFailure(result.get())) failure = PQresultErrorMessage(result.get());
    last = std::move(result);
  }
  if (PQstatus(session) != CONNECTION_OK)
    throw RawFailure(failure.empty() ? PQerrorMessage(session) : failure);
  if (!failure.empty()) throw RawFailure(failure);
  return last;
}

ResultPtr AskRaw(PGconn* session, const std::string& sql, base::Deadline deadline,
                 const base::Interrupt& interrupt) {
  SendRaw(session, sql);
  return AwaitRaw(session, deadline, interrupt);
}

}  // namespace pg
