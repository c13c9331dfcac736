// What the nodes are told of one that is gone, or is back.
#pragma once

#include <string>
#include <vector>

#include "cascade/members.h"
#include "cascade/procedure.h"

namespace cascade {

// A step for each living node, which has its own list. Those that cannot be reached now hear of it
// from the root.
void AddMarkDeadSteps(Members& members, const std::string& node, std::vector<Step>& steps);
// On the root: the news goes down the cascade.
void AddTellDeadSteps(Members& members, const std::string& node, const std::string& root,
                      std::vector<Step>& steps);

bool IsMarkedDead(Members& members, const std::string& at, const std::string& node);
void MarkDead(Members& members, const std::string& at, const std::string& node, bool dead);

}  // namespace cascade
