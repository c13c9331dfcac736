// A node reads from another provider.
#pragma once

#include <string>

#include "cascade/members.h"
#include "cascade/procedure.h"
#include "cascade/replicated_objects.h"

namespace cascade {

Procedure ChangeProvider(Members& members, ReplicatedObjects& objects, const std::string& node,
                         const std::string& provider);

}  // namespace cascade
