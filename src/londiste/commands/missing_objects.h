// What this node could replicate and does not: londiste.local_show_missing.
#pragma once

#include <string>
#include <vector>

#include "londiste/commands/node_session.h"

namespace londiste::commands {

struct MissingNames {
  std::vector<std::string> tables, sequences;  // by name
};

MissingNames MissingObjects(NodeSession& session);

}  // namespace londiste::commands
