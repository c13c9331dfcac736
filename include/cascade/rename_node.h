// A node gets another name, on all nodes.
#pragma once

#include <string>

#include "cascade/members.h"
#include "cascade/procedure.h"
#include "cascade/replicated_objects.h"

namespace cascade {

Procedure RenameNode(Members& members, ReplicatedObjects& objects, const std::string& old_name,
                     const std::string& new_name);

}  // namespace cascade
