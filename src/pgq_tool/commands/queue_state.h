// What `status` and its like tell of the queues of a database, read in one go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pgq/conditions.h"
#include "pgq/queue.h"
#include "pgq/subscription.h"

namespace pgq_tool::commands {

// What keeps the event tables of a queue from being rotated.
struct Blocker {
  std::string subject, message, hint;
};

struct QueueState {
  pgq::QueueInfo info;
  double rotated_s = 0;           // ago
  bool overdue = false;           // the next rotation should have been
  std::vector<Blocker> blockers;  // of one that is overdue
  std::vector<pgq::ConsumerInfo> consumers;
  std::vector<pgq::StoredCondition> conditions;
};

// The session of pgqd that serves the database, as far as this role may see it.
struct TickerProcess {
  int pid = 0;
  std::string application, user, client;
  std::string since;  // timestamptz text
};

struct DatabaseState {
  std::string database, pgq_version;
  std::optional<TickerProcess> ticker;
  std::vector<QueueState> queues;
};

// `queues`: only these; all without. Throws base::Error for one that does not exist.
DatabaseState ReadDatabase(pg::Connection& connection, const std::vector<std::string>& queues);

std::optional<TickerProcess> FindTicker(pqxx::transaction_base& tx);

// "process 4711 (user "pgqd", application "pgqd", since ...)"; for no process what that means.
std::string TickerText(const std::optional<TickerProcess>& ticker);
// "1d2h3m4s", "0s", or "-" for what is not known.
std::string Ago(std::optional<double> seconds);

}  // namespace pgq_tool::commands
