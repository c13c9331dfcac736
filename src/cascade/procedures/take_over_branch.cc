// takeover of a branch, living or dead.
#include <algorithm>

#include "base/error.h"
#include "cascade/procedures/checks.h"
#include "cascade/procedures/mark_dead.h"
#include "cascade/procedures/rehang.h"
#include "cascade/takeover.h"

namespace cascade {
namespace {

// The old node's provider: as it says itself, or, when it is dead, who has it as reader.
std::string ProviderOf(Members& members, const std::string& old_node, bool dead) {
  if (!dead) return members.Info(old_node).provider_node;
  for (const std::string& node : members.living())
    if (node != old_node && members.TryOpen(node) && members.Subscribers(node).contains(old_node))
      return node;
  // Its subscription is ended last, so a run before this one has come so far.
  for (const std::string& node : members.living())
    if (members.TryOpen(node) && members.Info(node).type == NodeType::kRoot) return node;
  throw base::Error("no living node has node " + old_node + " as reader, and none is the root",
                    "Was it the root? Then use takeover with --dead-root.");
}

}  // namespace

Procedure TakeOverBranch(Members& members, ReplicatedObjects& objects,
                         const TakeoverRequest& request, bool dead) {
  const std::string &old_node = request.old_node, &next = request.new_node;
  if (dead && !members.dead(old_node) && members.TryOpen(old_node) != nullptr)
    throw base::Error("node " + old_node + " answers: it is not dead",
                      "Use takeover without --dead-branch. To take it as dead without asking it, "
                      "use --dead=" +
                          old_node + ".");
  if (dead) members.TakeAsDead(old_node);
  const std::string above = ProviderOf(members, old_node, dead);
  Procedure procedure;
  procedure.name = "takeover " + old_node;
  std::vector<std::string> readers = ReadersToMove(members, old_node, next, procedure.name);
  // Interrupted when it had moved itself already.
  const bool moved =
      members.Info(next).provider_node == above && IsUnderWay(members, next, procedure.name);
  const bool from_old = std::ranges::find(readers, next) != readers.end();
  std::erase(readers, next);
  if (!request.all && !dead) readers.clear();

  std::vector<Rehang> moves;
  if ((from_old || moved) && above != next) moves.push_back({next, above});
  for (const std::string& reader : readers) moves.push_back({reader, next});
  if (!dead && (members.Info(old_node).provider_node != next ||
                IsUnderWay(members, old_node, procedure.name)))
    moves.push_back({old_node, next});

  procedure.nodes = {members.own_node(), next};
  for (const Rehang& move : moves) {
    procedure.nodes.insert(move.node);
    procedure.nodes.insert(move.provider);
  }
  if (!dead) procedure.nodes.insert(old_node);
  procedure.checks = {{"all nodes answer", [&members] { return AgainstSilence(members); }}};
  if (members.Info(next).type == NodeType::kLeaf)
    procedure.checks.push_back(
        {"who can take over", [next, old_node] {
           return std::vector<Objection>{
               {"node " + next + " is a leaf: it cannot take the place of branch " + old_node,
                "Run takeover with the configuration file of a branch."}};
         }});
  for (const Rehang& move : moves)
    procedure.checks.push_back({"move of " + move.node, [&members, &objects, move] {
                                  // The whole is right in the end, whatever hangs below whom in
                                  // between.
                                  return objects.AgainstMove(members.Open(move.node), move.node);
                                }});
  procedure.checks.push_back({"nobody is paused",
                              [&members, moves] {
                                std::vector<std::string> nodes;
                                for (const Rehang& move : moves) nodes.push_back(move.node);
                                return AgainstPausedNodes(members, nodes);
                              },
                              false});

  if (dead) AddMarkDeadSteps(members, old_node, procedure.steps);
  for (const Rehang& move : moves) AddRehangSteps(members, objects, move, procedure.steps);
  if (dead) {
    // It would keep every event since.
    procedure.steps.push_back(
        {.name = "end-dead-subscription",
         .node = above,
         .what = "forget " + old_node + " as reader",
         .done = [&members, above,
                  old_node] { return !members.Subscribers(above).contains(old_node); },
         .run =
             [&members, above, old_node] {
               members.Do(above, "select * from pgq_node.unregister_subscriber($1, $2)",
                          members.queue(), old_node);
               return std::string();
             },
         .undo = nullptr,
         .stays = ""});
    procedure.steps.push_back({.name = "tell-dead",
                               .node = above,
                               .what = "note that " + old_node + " is dead",
                               .done = nullptr,
                               .run =
                                   [&members, above, old_node] {
                                     MarkDead(members, above, old_node, true);
                                     return std::string();
                                   },
                               .undo = nullptr,
                               .stays = "tag-alive takes it back"});
  }
  return procedure;
}

}  // namespace cascade
