#include "londiste/node/worker_presence.h"

#include "daemon/pid_file.h"
#include "pg/conninfo.h"

namespace londiste::node {
namespace {

constexpr std::size_t kLongestName = 63;  // of an application, in the server

// What the worker calls itself in this database.
std::string SessionName(const CommandContext& context) {
  const auto parts = pg::ParseConnstr(context.settings.text("db"));
  const auto given = parts.find("application_name");
  const std::string& name =
      given == parts.end() ? context.settings.text("job_name") : given->second;
  return name.substr(0, kLongestName);
}

// By its pid file on this machine; else by the session under its name, from wherever it runs.
bool WorkerRuns(const CommandContext& context, pqxx::transaction_base& tx) {
  const std::string& path = context.settings.text("pidfile");
  if (!path.empty() && daemon_process::LivePid(path)) return true;
  return !tx.exec_params(
                "select 1 from pg_catalog.pg_stat_activity where application_name = $1 and datname "
                "= pg_catalog.current_database() and pid <> pg_catalog.pg_backend_pid() limit 1",
                SessionName(context))
              .empty();
}

}  // namespace

std::string WhyWorkerWaits(const CommandContext& context, NodeSession& session) {
  const std::string& worker = session.node().worker_name;
  const std::string who = "worker \"" + worker + "\"";
  pqxx::work tx(session.local());
  if (!WorkerRuns(context, tx)) return who + " is not running here";
  const cascade::ConsumerState state = cascade::GetConsumerState(tx, session.queue(), worker);
  if (state.paused) return who + " is paused: run resume to let it continue";
  return state.error ? who + ": " + *state.error : "";
}

}  // namespace londiste::node
