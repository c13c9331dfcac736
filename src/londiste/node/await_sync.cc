#include "londiste/node/await_sync.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <map>
#include <string>

#include "base/poll_until.h"
#include "londiste/node/read_copies.h"
#include "londiste/node/worker_presence.h"
#include "londiste/output/progress_line.h"
#include "londiste/tables/registry.h"

namespace londiste::node {
namespace {

using namespace std::chrono_literals;

struct Progress {
  std::map<std::string, std::string> waiting;  // table -> state
  std::size_t local = 0;
};

Progress Look(NodeSession& session) {
  Progress progress;
  pqxx::work tx(session.local());
  for (const tables::Table& table : tables::ReadTables(tx, session.queue())) {
    if (!table.local) continue;
    ++progress.local;
    if (!table.state.ok()) progress.waiting.emplace(table.name, table.state.ToString());
  }
  return progress;
}

std::vector<output::CopyStatus> Copies(NodeSession& session) {
  pqxx::work tx(session.local());
  return ReadCopies(tx, session.queue());
}

// How far the copies are, and what they last stumbled over, so that nobody waits
// without a clue.
void LogNews(NodeSession& session) {
  pqxx::work tx(session.local());
  for (const output::CopyStatus& copy : ReadCopies(tx, session.queue()))
    spdlog::info("{}", output::CopyLine(copy));
  for (const pqxx::row& row :
       tx.exec_params("select consumer_name, cur_error from pgq_node.get_consumer_info($1) where "
                      "cur_error is not null and consumer_name <> $2",
                      session.queue(), session.node().worker_name)) {
    spdlog::warn("{}: {}", row[0].c_str(), row[1].c_str());
  }
}

}  // namespace

void AwaitSync(const CommandContext& context, NodeSession& session) {
  session.node();
  Progress last = Look(session);
  const std::size_t total = last.waiting.size();
  std::size_t finished = 0;
  if (total > 0) {
    spdlog::info("Waiting until all tables are in sync");
    spdlog::info("{}/{} table(s) to copy", total, last.local);
    if (const std::string why = WhyWorkerWaits(context, session); !why.empty())
      spdlog::warn("{}", why);
  }
  output::ProgressLine line;
  auto done = [&] {
    Progress now = Look(session);
    for (const auto& [table, state] : last.waiting) {
      if (now.waiting.contains(table)) continue;
      line.Clear();
      spdlog::info("{}: finished ({}/{})", table, ++finished, total);
    }
    last = std::move(now);
    if (line.visible() && !last.waiting.empty()) line.Show(finished, total, Copies(session));
    return last.waiting.empty();
  };
  auto remind = [&] {
    line.Clear();
    const auto& [table, state] = *last.waiting.begin();
    const std::string why = WhyWorkerWaits(context, session);
    spdlog::info("{} table(s) left, first {} (state {}){}", last.waiting.size(), table, state,
                 why.empty() ? "" : ": " + why);
    LogNews(session);
  };
  if (total > 0) base::PollUntil(context.interrupt, done, 30s, remind);
  line.Clear();
  spdlog::info("All done");
}

}  // namespace londiste::node
