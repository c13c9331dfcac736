// takeover of a root that is gone.
#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.h"
#include "cascade/branch_tick.h"
#include "cascade/procedures/await_position.h"
#include "cascade/procedures/checks.h"
#include "cascade/procedures/mark_dead.h"
#include "cascade/procedures/rehang.h"
#include "cascade/procedures/worker_pause.h"
#include "cascade/takeover.h"

namespace cascade {
namespace {

struct Standing {
  std::string node;
  NodeType type;
  pgq::TickId tick;
};

// The living nodes of the queue, with what they have.
std::vector<Standing> Standings(Members& members, const std::string& dead) {
  std::vector<Standing> standings;
  for (const std::string& node : members.living()) {
    if (node == dead || !members.TryOpen(node)) continue;
    const NodeInfo info = members.Info(node);
    if (info.worker_last_tick) standings.push_back({node, info.type, *info.worker_last_tick});
  }
  return standings;
}

class Succession {
 public:
  Succession(Members& members, TakeoverRequest request)
      : members_(members), request_(std::move(request)) {}

  bool Promoted() { return members_.Info(request_.new_node).type == NodeType::kRoot; }

  // Its events are there, but a kill came before their tick, and the provider is gone.
  bool TickIsMade() {
    const auto newest = members_.NewestTick(request_.new_node);
    const auto done = members_.Info(request_.new_node).worker_last_tick;
    return newest && done && *newest >= *done;
  }
  std::string MakeTick() {
    const NodeInfo info = members_.Info(request_.new_node);
    MakeBranchTick(members_.Open(request_.new_node), members_.queue(), *info.worker_last_tick,
                   TimeOf(info), 0);
    return "tick " + ToString(*info.worker_last_tick);
  }

  // With the marker in the same transaction: what the old root has beyond it was lost.
  std::string Promote() {
    const pgq::TickId last = members_.NewestTick(request_.new_node).value();
    members_.On(request_.new_node, [&](auto& tx) {
      tx.exec_params("select pgq.register_consumer_at($1, $2, $3)", members_.queue(),
                     Gravestone(request_.old_node), last.value());
      members_.DoIn(tx, request_.new_node, "select * from pgq_node.promote_branch($1)",
                    members_.queue());
    });
    return "at tick " + ToString(last);
  }

 private:
  // As the other nodes know that tick; it is kept with the position, where the schema can.
  std::string TimeOf(const NodeInfo& info) {
    return members_.On(request_.new_node, [&](auto& tx) {
      if (!tx.exec1("select pg_catalog.to_regclass('pgq_node.position_proof')")[0].is_null()) {
        const pqxx::result known = tx.exec_params(
            "select tick_time from pgq_node.position_proof where queue_name = $1 and "
            "consumer_name = $2 and tick_id = $3",
            members_.queue(), info.worker_name, info.worker_last_tick->value());
        if (!known.empty()) return known[0][0].template as<std::string>();
      }
      return tx.exec1("select pg_catalog.now()")[0].template as<std::string>();
    });
  }

  Members& members_;
  const TakeoverRequest request_;
};

// Where is the newest of what the root has given out? On a branch it can be fetched from there.
std::optional<Standing> Furthest(const std::vector<Standing>& standings, const std::string& next,
                                 bool branches) {
  std::optional<Standing> furthest;
  for (const Standing& standing : standings) {
    if (standing.node == next || (standing.type != NodeType::kLeaf) != branches) continue;
    if (!furthest || standing.tick > furthest->tick) furthest = standing;
  }
  return furthest;
}

pgq::TickId TickOf(const std::vector<Standing>& standings, const std::string& node) {
  for (const Standing& standing : standings)
    if (standing.node == node) return standing.tick;
  throw base::Error("node " + node + " has no position");
}

void RefuseLiving(Members& members, const std::string& old_node) {
  if (members.dead(old_node)) return;
  if (members.TryOpen(old_node) == nullptr) return;
  throw base::Error("node " + old_node + " answers: it is not dead, and its writers would go on",
                    "Use takeover without --dead-root, which loses nothing. If that node must not "
                    "be used any more, stop its server first; --dead=" +
                        old_node + " takes it as dead without asking it.");
}

}  // namespace

Procedure TakeOverDeadRoot(Members& members, ReplicatedObjects& objects,
                           const TakeoverRequest& request) {
  RefuseLiving(members, request.old_node);
  members.TakeAsDead(request.old_node);
  const std::string &old_node = request.old_node, &next = request.new_node;
  const auto succession = std::make_shared<Succession>(members, request);
  const auto promoted = [succession] { return succession->Promoted(); };
  const auto standings = Standings(members, old_node);

  Procedure procedure;
  procedure.name = "takeover " + old_node;
  procedure.nodes = {next, members.own_node()};
  std::vector<std::string> readers = ReadersToMove(members, old_node, next, procedure.name);
  procedure.nodes.insert(readers.begin(), readers.end());
  std::erase(readers, next);

  // What is lost with the root is what no branch has.
  pgq::TickId reach = TickOf(standings, next);
  const auto branch = Furthest(standings, next, true);
  const bool fetch = !promoted() && branch && branch->tick > reach;
  if (fetch) reach = branch->tick;
  std::vector<std::string> ahead;  // leafs: nobody can read from them
  if (!promoted())
    for (const Standing& standing : standings)
      if (standing.type == NodeType::kLeaf && standing.tick > reach) ahead.push_back(standing.node);

  procedure.checks = {
      {"all nodes answer", [&members] { return AgainstSilence(members); }},
      {"nobody is paused",
       [&members, nodes = procedure.nodes] {
         return AgainstPausedNodes(members, {nodes.begin(), nodes.end()});
       },
       false},
      {"tables and sequences",
       [&members, &objects, next, force = request.force] {
         return force ? std::vector<Objection>() : objects.AgainstRoot(nullptr, members.Open(next));
       }},
      {"nobody is ahead", [ahead, reach, next, force = request.force] {
         std::vector<Objection> against;
         if (!force)
           for (const std::string& node : ahead)
             against.push_back({"leaf " + node + " has changes beyond tick " + ToString(reach) +
                                    ", which no root or branch has",
                                "With --force they are given up: the tables of " + node +
                                    " are then copied again from " + next + "."});
         return against;
       }}};

  AddMarkDeadSteps(members, old_node, procedure.steps);
  if (fetch) AddRehangSteps(members, objects, {next, branch->node}, procedure.steps);
  for (const std::string& reader : readers) {
    if (fetch && reader == branch->node) continue;  // later: it feeds the new root now
    AddRehangSteps(members, objects,
                   {reader, next, std::find(ahead.begin(), ahead.end(), reader) != ahead.end()},
                   procedure.steps);
  }
  const WorkerOf worker{next, members.queue(), members.Info(next).worker_name};
  if (fetch) {
    procedure.steps.push_back(
        {.name = "catch-up",
         .node = next,
         .what = "fetch from " + branch->node + " what it has more",
         .done = [&members, promoted, next,
                  reach] { return promoted() || members.Info(next).worker_last_tick >= reach; },
         .run = [&members, next, reach] { return AwaitPosition(members, next, reach); },
         .undo = nullptr,
         .stays = ""});
  }
  procedure.steps.push_back(PauseStep(members, worker, promoted));
  procedure.steps.push_back(
      {.name = "make-tick",
       .node = next,
       .what = "see that the last events have their tick",
       .done = [succession, promoted] { return promoted() || succession->TickIsMade(); },
       .run = [succession] { return succession->MakeTick(); },
       .undo = nullptr,
       .stays = ""});
  for (Step& step : procedure.steps) step.no_return = false;
  procedure.steps.push_back(
      {.name = "promote",
       .node = next,
       .what = "become the root, and mark from where on " + old_node + " was alone",
       .done = promoted,
       .run = [succession] { return succession->Promote(); },
       .undo = nullptr,
       .stays = "there is a new root",
       .no_return = true});
  procedure.steps.push_back(ResumeStep(members, worker));
  procedure.steps.push_back(
      {.name = "end-old-subscription",
       .node = next,
       .what = "end its subscriptions at other nodes",
       .done = [&members, next] { return !SubscribedElsewhere(members, next, ""); },
       .run = [&members, next] { return UnsubscribeElsewhere(members, next, ""); },
       .undo = nullptr,
       .stays = ""});
  if (fetch && std::find(readers.begin(), readers.end(), branch->node) != readers.end())
    AddRehangSteps(members, objects, {branch->node, next}, procedure.steps);
  AddTellDeadSteps(members, old_node, next, procedure.steps);
  return procedure;
}

}  // namespace cascade
