#include "pg/session.h"

#include <string_view>
#include <vector>

#include "base/text.h"
#include "pg/connect_message.h"
#include "pg/connect_targets.h"
#include "pg/conninfo.h"
#include "pg/error.h"
#include "pg/pooler.h"
#include "pg/session_settings.h"
#include "pg/sqlstate.h"

namespace pg {
namespace {

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
  const int seconds =
      found == parameters.end() ? 0 : base::ParseLeading<int>(found->second).value_or(0);
  return seconds > 0 ? base::Duration(std::chrono::seconds(seconds)) : otherwise;
}

std::string SetSql(const FixedSetting& setting) {
  return std::string("set ") + setting.name + " = " + setting.value + "; ";
}

std::string SetupSql(PGconn* session, SessionSettings settings) {
  // For this message alone: a serializable read only deferrable transaction would wait.
  std::string sql = "set transaction_isolation = 'read committed'; ";
  for (const FixedSetting& setting : kFixedAlways) sql += SetSql(setting);
  if (settings == SessionSettings::kFixed)
    for (const FixedSetting& setting : kFixedOfOurs) sql += SetSql(setting);
  sql += "set idle_in_transaction_session_timeout = 0; ";
  if (PQserverVersion(session) >= 140000) sql += "set idle_session_timeout = 0; ";
  if (PQserverVersion(session) >= 170000) sql += "set transaction_timeout = 0; ";
  // A database in SQL_ASCII holds any bytes: there is nothing to convert, and it would refuse to
  // hand out or to take what is not UTF-8.
  const char* encoding = PQparameterStatus(session, "server_encoding");
  if (encoding != nullptr && std::string_view(encoding) == "SQL_ASCII")
    sql += "set client_encoding = 'SQL_ASCII'; ";
  // A commit of ours is a position or an order of the administrator: it must be on disk when we say
  // so.
  return sql +
         "select pg_catalog.set_config('synchronous_commit', 'on', false) "
         "where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) 'off'";
}

// What PgBouncer and its like keep for each client and put back. The rest would reach others.
constexpr const char* kPooledSetupSql =
    "set datestyle = 'ISO'; set standard_conforming_strings = on";

[[noreturn]] void RefusePool(PoolMode mode, const std::string& target) {
  const std::string name = mode == PoolMode::kStatement ? "statement" : "transaction";
  throw ConnectFailed("could not connect to \"" + target +
                          "\": it leads to a connection pooler in " + name +
                          " mode, where what one session sets or prepares reaches others",
                      "Connect to the server itself, or to a pool in session mode (PgBouncer: "
                      "pool_mode = session).",
                      sqlstate::kFeatureNotSupported);
}

void SetUp(OpenedSession& opened, const ConnectOptions& options, const std::string& target,
           base::Deadline deadline, const base::Interrupt& interrupt) {
  PGconn* session = opened.session.get();
  const auto start = base::Clock::now();
  opened.backend_pid = AskBackendPid(session, deadline, interrupt);
  opened.round_trip = base::Clock::now() - start;
  PoolMode mode = PoolMode::kNone;
  // A pooler gives numbers of its own for cancel requests.
  if (opened.backend_pid != PQbackendPID(session)) try {
      mode = FindPoolMode(session, opened.backend_pid, opened.parameters, deadline, interrupt);
    } catch (const RawFailure&) {  // not to be told: too many connections, most likely
      if (options.transaction_pools == TransactionPools::kRefuse) throw;
      mode = PoolMode::kTransaction;
    }
  const bool shared = mode == PoolMode::kTransaction || mode == PoolMode::kStatement;
  if (shared && options.transaction_pools == TransactionPools::kRefuse) RefusePool(mode, target);
  if (shared) opened.backend_pid = 0;
  AskRaw(session, shared ? kPooledSetupSql : SetupSql(session, options.settings), deadline,
         interrupt);
  PQsetErrorVerbosity(session, PQERRORS_DEFAULT);
}

// As libpq: a server that has answered decides, unless it says that it is not ready yet.
bool TriesNextAfter(const std::string& failure) {
  const std::string sqlstate = ParseConnectMessage(failure).sqlstate;
  return sqlstate.empty() || sqlstate == sqlstate::kCannotConnectNow;
}

OpenedSession OpenFirst(const std::vector<Parameters>& targets, const ConnectOptions& options,
                        const std::string& redacted, const base::Interrupt& interrupt) {
  std::string failures;
  for (const Parameters& target : targets) {
    const auto deadline = base::Deadline::After(ConnectTimeout(target, options.connect_timeout));
    OpenedSession opened{};
    try {
      opened.session = OpenRaw(target, deadline, interrupt);
    } catch (const RawFailure& failure) {
      failures += failure.what() + std::string("\n");
      if (TriesNextAfter(failure.what())) continue;
      break;
    }
    opened.parameters = target;
    SetUp(opened, options, redacted, deadline, interrupt);
    return opened;
  }
  throw RawFailure(failures);
}

}  // namespace

OpenedSession OpenSession(const ConnectOptions& options, const base::Interrupt& interrupt) {
  interrupt.ThrowIfCancelled();
  const Parameters parameters = WithDefaults(ParseConnstr(options.connstr), options);
  const std::string redacted = RedactConnstr(options.connstr);
  try {
    return OpenFirst(ConnectTargets(parameters), options, redacted, interrupt);
  } catch (const RawFailure& failure) {
    ThrowConnectFailed(redacted, failure.what());
  }
}

}  // namespace pg
