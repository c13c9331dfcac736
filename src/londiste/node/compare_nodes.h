// Compares the rows of a node's tables with those of the nodes they come from, at one tick each.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "londiste/compare/compared_table.h"
#include "londiste/compare/stored_results.h"
#include "londiste/compare/table_comparison.h"
#include "londiste/node/command_context.h"
#include "londiste/node/node_session.h"
#include "londiste/tables/table.h"

namespace londiste::node {

struct CompareOptions {
  int sessions = 1;  // on each side
  std::size_t most_differences = 100'000;
  std::int64_t memory = compare::kUsualMemory;  // for rows that may differ, of a table
  std::string with{};   // the node above; "": the nearest one that has the table
  std::string where{};  // SQL condition of the rows on both sides; "": all
  bool count_only = false;
  compare::CustomQuery query{};
  bool force = false;  // wait for the worker as long as it takes
  // What results are stored with, and which tables are left out if it goes on.
  compare::ComparisonRun run{};
  compare::Throttle* throttle = nullptr;
  bool may_lock = true;   // nodes that cannot stop at a tick: their writers wait
  bool keep_rows = true;  // those that differ, in what is returned

  // A part of the rows, their number, or what somebody takes for a checksum prove nothing.
  bool keeps_results() const { return where.empty() && !count_only && query.sql.empty(); }
};

// Told as it goes on, on the calling thread.
class CompareObserver {
 public:
  virtual ~CompareObserver() = default;
  // Before the first table: their sizes on this node in bytes, 0 where not known.
  virtual void Planned(const std::map<std::string, std::int64_t>& tables) = 0;
  // What happens besides.
  virtual void Note(const std::string& line) = 0;
  virtual void Begins(const std::string& table) = 0;
  virtual void Progress(const compare::ComparisonProgress& now) = 0;
  // Something stood in the way: it is tried again with another cut.
  virtual void Again(const std::string& table, const std::string& why) = 0;
  virtual void Compared(const compare::ComparedTable& table) = 0;
};

class NodePair;
// Called for each table that was compared, while the readers of the pair still see the cut. False:
// they do not any more.
using AfterTable = std::function<bool(NodePair& pair, const tables::Table& table,
                                      const compare::ComparedTable& result)>;

// `tables`: local ones, in the order in which they are compared. Throws base::Error when no cut can
// be had, or a node cannot be reached.
std::vector<compare::ComparedTable> CompareNodes(
    const CommandContext& context, NodeSession& session, const std::vector<tables::Table>& tables,
    const CompareOptions& options, CompareObserver& observer, const AfterTable& after = {});

}  // namespace londiste::node
