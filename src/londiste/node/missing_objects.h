// What this node could replicate and does not: londiste.local_show_missing.
#pragma once

#include <string>
#include <vector>

#include "londiste/node/node_session.h"

namespace londiste::node {

struct MissingNames {
  std::vector<std::string> tables, sequences;  // by name
};

MissingNames MissingObjects(NodeSession& session);

}  // namespace londiste::node
