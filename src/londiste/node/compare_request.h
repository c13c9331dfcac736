// What compare and repair have in common: which tables, how, and their exit status.
#pragma once

#include <vector>

#include "londiste/node/command_context.h"
#include "londiste/node/compare_nodes.h"
#include "londiste/node/node_session.h"
#include "londiste/tables/table.h"

namespace londiste::node {

// The local tables, or those that are named. Throws base::Error on a root, and for a name that is
// not local.
std::vector<tables::Table> TablesToCompare(const CommandContext& context, NodeSession& session);

// By the options --parallel, --with, --force and --repair-where, as far as the command has them.
// Throws base::UsageError.
CompareOptions ReadCompareOptions(const CommandContext& context);

// Notes the run, if there are results to be stored; with --resume one that was interrupted goes on.
// Throws base::Error when that is not possible here.
compare::ComparisonRun BeginRun(const CommandContext& context, NodeSession& session,
                                const CompareOptions& options);
void EndRun(NodeSession& session, const compare::ComparisonRun& run);

// 100 at most.
int StatusOf(std::ptrdiff_t bad_tables);

}  // namespace londiste::node
