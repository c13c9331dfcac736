// Compares the structure of a node's tables with that of the tables they are copied from.
#pragma once

#include <string>
#include <vector>

#include "londiste/node/command_context.h"
#include "londiste/node/node_session.h"
#include "londiste/output/check_report.h"
#include "londiste/tables/table.h"

namespace londiste::node {

// Each table of `tables` with the one of the nearest node upwards that has it. Throws base::Error
// when this node's SQL cannot compare, or a node cannot be reached.
std::vector<output::CheckedTable> CheckStructure(const CommandContext& context,
                                                 NodeSession& session,
                                                 const std::vector<tables::Table>& tables);

}  // namespace londiste::node
