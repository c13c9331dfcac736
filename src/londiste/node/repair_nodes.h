// Makes the rows of a node's tables equal to those of the nodes they come from.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "londiste/compare/compared_table.h"
#include "londiste/node/command_context.h"
#include "londiste/node/compare_nodes.h"
#include "londiste/node/node_session.h"
#include "londiste/repair/repair_rows.h"
#include "londiste/tables/table.h"

namespace londiste::node {

struct RepairedTable;

struct RepairOptions {
  CompareOptions compare;
  repair::Extra extra = repair::Extra::kKeep;
  bool apply = false;  // else write fix.<table>.sql
  // Told of each table that was compared, once it is done, or not to be done any more.
  std::function<void(const compare::ComparedTable& compared, const RepairedTable& table)> tell;
};

struct RepairedTable {
  compare::ComparedTable compared{};  // at the end
  repair::RepairCounts counts{};
  std::string file{};     // what was written; ""
  std::string failure{};  // why it is not all mended; ""

  bool mended(bool applied) const {
    return compared.equal() ||
           (applied && compared.compared() && compared.unexplained.empty() &&
            !compared.result.counts.more && failure.empty() && counts.all_mended());
  }
};

// Each table is compared, then what differs is mended: rows are looked at again, at a tick at which
// the worker stands still. The nodes above are only read. Throws as CompareNodes.
std::vector<RepairedTable> RepairNodes(const CommandContext& context, NodeSession& session,
                                       const std::vector<tables::Table>& tables,
                                       const RepairOptions& options, CompareObserver& observer);

}  // namespace londiste::node
