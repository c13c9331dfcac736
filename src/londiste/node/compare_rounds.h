// compare --continuous: goes round the tables of a node until a signal ends it, with a part of the
// servers' time, and keeps what it finds in the node's database.
//
// One object for the process. Rounds are made on a thread of their own, signals are read on the
// main one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/growing_pause.h"
#include "base/interrupt.h"
#include "base/repeated_messages.h"
#include "londiste/node/command_context.h"
#include "londiste/node/compare_nodes.h"
#include "londiste/node/node_session.h"
#include "londiste/tables/table.h"

namespace londiste::node {

class CompareRounds {
 public:
  // `context` outlives the object. REQUIRES: options.keeps_results().
  CompareRounds(const CommandContext& context, CompareOptions options);

  // Until SIGINT or SIGTERM; SIGHUP makes it read its configuration. Returns the exit status.
  int Run();

 private:
  using Settings = std::shared_ptr<const config::Settings>;  // of the round, and of the next one

  void Loop();
  // Returns how long it should have rested besides.
  base::Clock::duration Round(const config::Settings& settings);
  void PutInOrder(NodeSession& session, std::vector<tables::Table>& tables);
  void AwaitNextRound(base::Clock::duration debt);
  void Failed();
  void Reload();
  Settings CurrentSettings() const;

  const CommandContext& context_;
  const CompareOptions options_;
  base::Interrupt interrupt_;
  mutable std::mutex mutex_;  // settings_
  Settings settings_;
  base::GrowingPause pause_;
  base::RepeatedMessages failures_;
  std::set<std::string> failed_;             // tables with which a round has ended early
  std::map<std::string, std::string> told_;  // of each table what is wrong with it; "" when equal
};

}  // namespace londiste::node
