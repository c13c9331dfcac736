#include "cascade/procedures/mark_dead.h"

#include <algorithm>

namespace cascade {

bool IsMarkedDead(Members& members, const std::string& at, const std::string& node) {
  const auto locations =
      members.On(at, [&](auto& tx) { return GetLocations(tx, members.queue()); });
  const auto found = std::ranges::find(locations, node, &Location::node);
  return found == locations.end() || found->dead;
}

void MarkDead(Members& members, const std::string& at, const std::string& node, bool dead) {
  members.Do(at, "select * from pgq_node.register_location($1, $2, null, $3)", members.queue(),
             node, dead);
}

void AddMarkDeadSteps(Members& members, const std::string& node, std::vector<Step>& steps) {
  for (const std::string& at : members.living()) {
    if (at == node || !members.TryOpen(at)) continue;
    steps.push_back({.name = "tag-dead",
                     .node = at,
                     .what = "note that " + node + " is dead",
                     .done = [&members, at, node] { return IsMarkedDead(members, at, node); },
                     .run =
                         [&members, at, node] {
                           MarkDead(members, at, node, true);
                           return std::string();
                         },
                     .undo = nullptr,
                     .stays = "tag-alive takes it back"});
  }
}

void AddTellDeadSteps(Members& members, const std::string& node, const std::string& root,
                      std::vector<Step>& steps) {
  steps.push_back({.name = "tell-dead",
                   .node = root,
                   .what = "tell all nodes through the queue that " + node + " is dead",
                   .done = nullptr,
                   .run =
                       [&members, root, node] {
                         MarkDead(members, root, node, true);
                         return std::string();
                       },
                   .undo = nullptr,
                   .stays = "tag-alive takes it back"});
}

}  // namespace cascade
