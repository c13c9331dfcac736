// What a node's replicated tables look like and hold, told by the test's own look at the catalogue.
#pragma once

#include <set>
#include <string>

#include "support/node_fixture.h"

namespace e2e {

// A line for each part, and for each condition of the node. `apart`: a table whose partitions are
// the node's own, "" for none.
std::set<std::string> TablesOf(test_support::Node& node, const std::string& apart);

// The lines that only one of two nodes has; "": none.
std::string Difference(const std::set<std::string>& root, const std::set<std::string>& node);

}  // namespace e2e
