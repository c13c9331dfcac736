// takeover of a living root, switchover.
#include <chrono>
#include <memory>

#include "base/error.h"
#include "base/poll_until.h"
#include "cascade/procedures/checks.h"
#include "cascade/procedures/merge_workers.h"
#include "cascade/procedures/rehang.h"
#include "cascade/procedures/root_writes.h"
#include "cascade/procedures/worker_pause.h"
#include "cascade/takeover.h"

namespace cascade {
namespace {

using namespace std::chrono_literals;

constexpr auto kDrainWithin = 60s;

// What the steps share. The old root is "old" all the time, also when it is a branch.
class RootSwap {
 public:
  RootSwap(Members& members, ReplicatedObjects& objects, TakeoverRequest request)
      : members_(members),
        objects_(objects),
        request_(std::move(request)),
        old_{request_.old_node, members.queue(), members.Info(request_.old_node).worker_name},
        new_{request_.new_node, members.queue(), members.Info(request_.new_node).worker_name} {}

  const WorkerOf& old_worker() const { return old_; }
  const WorkerOf& new_worker() const { return new_; }

  bool Promoted() { return members_.Info(new_.node).type == NodeType::kRoot; }
  bool Demoted() { return members_.Info(old_.node).type != NodeType::kRoot; }

  std::vector<Objection> AgainstLag();
  std::string PauseOld();
  std::string ResumeOld();
  pgq::TickId LastTick() {
    const auto newest = members_.NewestTick(old_.node);
    if (!newest) throw base::Error("node " + old_.node + " has no tick");
    return *newest;
  }
  std::string Drain();
  std::string Promote();
  std::string SubscribeOld();
  std::string DemoteOld();
  std::string OpenWrites();
  std::string Stop();

  Members& members_;
  ReplicatedObjects& objects_;
  const TakeoverRequest request_;

 private:
  bool Reached(const std::string& node, pgq::TickId tick) {
    const auto at = members_.Info(node).worker_last_tick;
    return at && *at >= tick;
  }
  const WorkerOf old_, new_;
  bool old_worker_runs_ = true;
  // Since when nobody could write; unset in a run that continues another.
  std::optional<base::Clock::time_point> stopped_at_;
};

std::string RootSwap::Stop() {
  stopped_at_ = base::Clock::now();
  StopWrites(members_, old_.node);
  return "";
}

// A node that is behind keeps everybody from writing while it is waited for.
std::vector<Objection> RootSwap::AgainstLag() {
  std::vector<Objection> against;
  for (const std::string& node : members_.living()) {
    if (node == old_.node || (node != new_.node && !request_.drain_all)) continue;
    std::string failure;
    if (!members_.TryOpen(node, &failure)) continue;  // told by another check
    const auto at = members_.Info(node).worker_last_tick;
    const auto seconds = members_.On(old_.node, [&](auto& tx) {
      return tx
          .exec_params1(
              "select coalesce(extract(epoch from pg_catalog.now() - min(t.tick_time)), 0)::bigint"
              " from pgq.tick t join pgq.queue q on q.queue_id = t.tick_queue"
              " where q.queue_name = $1 and t.tick_id > $2",
              members_.queue(), at ? at->value() : 0)[0]
          .template as<std::int64_t>();
    });
    if (std::chrono::seconds(seconds) > request_.max_lag)
      against.push_back(
          {"node " + node + " is " + std::to_string(seconds) +
               " s behind, and nobody could write until it has caught up",
           "Run wait-root there first and look at command status, or allow more with --max-lag."});
  }
  return against;
}

std::string RootSwap::PauseOld() {
  const std::string absent = PauseWorker(members_, old_);
  old_worker_runs_ = absent.empty();
  return absent;
}

// Not waited for when it is known that nobody answers: writes are stopped.
std::string RootSwap::ResumeOld() {
  if (old_worker_runs_) return ResumeWorker(members_, old_);
  members_.Do(old_.node, "select * from pgq_node.set_consumer_paused($1, $2, false)",
              members_.queue(), old_.worker);
  return "worker \"" + old_.worker + "\" is not running";
}

std::string RootSwap::Drain() {
  const pgq::TickId last = LastTick();
  std::vector<std::string> waiting = {new_.node};
  if (request_.drain_all) {
    waiting = members_.living();
    std::erase(waiting, old_.node);
  }
  if (IsPaused(members_, new_)) ResumeWorker(members_, new_);
  const auto all_have_it = [&] {
    std::erase_if(waiting, [&](const std::string& node) { return Reached(node, last); });
    return waiting.empty();
  };
  if (base::PollUntil(members_.interrupt(), all_have_it, base::Deadline::After(kDrainWithin)))
    return "tick " + ToString(last);
  std::string who;
  for (const std::string& node : waiting) who += (who.empty() ? "" : ", ") + node;
  throw base::Error("the last tick, " + ToString(last) + ", has not arrived at " + who,
                    "Its worker must run and not be paused: see command status.");
}

// Still closed to writers: the way back is to run first.
std::string RootSwap::Promote() {
  members_.On(new_.node, [&](auto& tx) {
    members_.DoIn(tx, new_.node, "select * from pgq_node.promote_branch($1)", members_.queue());
    SetRefusesInserts(tx, members_.queue(), true);
  });
  return "";
}

std::string RootSwap::SubscribeOld() {
  const pgq::TickId last = LastTick();
  const bool stale = members_.Subscribers(new_.node).contains(old_.node);
  members_.On(new_.node, [&](auto& tx) {
    if (stale)
      members_.DoIn(tx, new_.node, "select * from pgq_node.unregister_subscriber($1, $2)",
                    members_.queue(), old_.node);
    members_.DoIn(tx, new_.node, "select * from pgq_node.register_subscriber($1, $2, $3, $4)",
                  members_.queue(), old_.node, old_.worker, last.value());
  });
  return "at tick " + ToString(last);
}

std::string RootSwap::DemoteOld() {
  members_.Do(old_.node, "select * from pgq_node.demote_root($1, 3, $2)", members_.queue(),
              new_.node);
  return "";
}

std::string RootSwap::OpenWrites() {
  members_.On(new_.node, [&](auto& tx) { SetRefusesInserts(tx, members_.queue(), false); });
  if (!stopped_at_) return "";
  const auto without =
      std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - *stopped_at_);
  return "nobody could write for " + std::to_string(without.count()) + " ms";
}

using SharedSwap = std::shared_ptr<RootSwap>;  // shared by its steps

void AddChecks(const SharedSwap& swap, Procedure& procedure) {
  Members& members = swap->members_;
  const TakeoverRequest& request = swap->request_;
  procedure.checks = {
      {"all nodes answer", [&members] { return AgainstSilence(members); }},
      {"nobody is paused",
       [swap] {
         std::vector<WorkerOf> workers = {swap->old_worker(), swap->new_worker()};
         for (const std::string& node : {swap->request_.old_node, swap->request_.new_node})
           for (const WorkerOf& merging : MergeWorkers(swap->members_, node))
             workers.push_back(merging);
         return AgainstPaused(swap->members_, workers);
       },
       false},
      {"tables and sequences",
       [swap] {
         return swap->request_.force
                    ? std::vector<Objection>()
                    : swap->objects_.AgainstRoot(&swap->members_.Open(swap->request_.old_node),
                                                 swap->members_.Open(swap->request_.new_node));
       }},
      {"merged queues",
       [swap] {
         return AgainstMergeSwap(swap->members_, swap->request_.old_node, swap->request_.new_node);
       }},
      {"lag", [swap] { return swap->AgainstLag(); }, false},
      {"open transactions",
       [swap] {
         return AgainstLastTick(swap->members_, swap->request_.old_node,
                                swap->request_.lock_timeout);
       },
       false},
  };
  if (!request.all) return;
  for (const std::string& node : members.living())
    if (node != request.new_node && node != request.old_node)
      procedure.checks.push_back({"copies of " + node, [swap, node] {
                                    return swap->members_.TryOpen(node)
                                               ? swap->objects_.AgainstMove(
                                                     swap->members_.Open(node), node)
                                               : std::vector<Objection>();
                                  }});
}

void AddSteps(const SharedSwap& swap, std::vector<Step>& steps) {
  Members& members = swap->members_;
  const std::string old_node = swap->request_.old_node, new_node = swap->request_.new_node;
  const auto promoted = [swap] { return swap->Promoted(); };

  const std::vector<WorkerOf> old_merging = MergeWorkers(members, old_node);
  const std::vector<WorkerOf> new_merging = MergeWorkers(members, new_node);
  for (const WorkerOf& worker : old_merging) steps.push_back(PauseStep(members, worker, promoted));
  Step pause_old = PauseStep(members, swap->old_worker(), promoted);
  pause_old.run = [swap] { return swap->PauseOld(); };
  steps.push_back(std::move(pause_old));
  steps.push_back({.name = "stop-writes",
                   .node = old_node,
                   .what = "refuse new events",
                   .done =
                       [swap, promoted] {
                         return promoted() ||
                                ReadGate(swap->members_, swap->request_.old_node).refuses_inserts;
                       },
                   .run = [swap] { return swap->Stop(); },
                   .undo = [&members, old_node] { ReopenWrites(members, old_node); },
                   .stays = ""});
  steps.push_back({.name = "last-tick",
                   .node = old_node,
                   .what = "wait for those who have written, and make the last tick",
                   .done = promoted,
                   .run =
                       [swap] {
                         const auto timeout = swap->request_.lock_timeout;
                         const std::string& root = swap->request_.old_node;
                         AwaitOldSnapshots(swap->members_, root, timeout);
                         return "tick " + ToString(MakeLastTick(swap->members_, root, timeout));
                       },
                   .undo = nullptr,
                   .stays = "a tick more does no harm"});
  steps.push_back({.name = "await-last-tick",
                   .node = new_node,
                   .what = swap->request_.drain_all ? "wait until it has arrived at all nodes"
                                                    : "wait until it has arrived",
                   .done = promoted,
                   .run = [swap] { return swap->Drain(); },
                   .undo = nullptr,
                   .stays = ""});
  for (const WorkerOf& worker : new_merging) steps.push_back(PauseStep(members, worker, promoted));
  if (!old_merging.empty())
    steps.push_back({.name = "compare-merge-positions",
                     .node = new_node,
                     .what = "see that the merged queues have come equally far on both",
                     .done = promoted,
                     .run =
                         [swap] {
                           RequireEqualMergePositions(swap->members_, swap->request_.old_node,
                                                      swap->request_.new_node);
                           return std::string();
                         },
                     .undo = nullptr,
                     .stays = ""});
  steps.push_back(PauseStep(members, swap->new_worker(), promoted));
  steps.push_back({.name = "move-sequences",
                   .node = new_node,
                   .what = "set the sequences to the values that they have on " + old_node,
                   .done = promoted,
                   .run =
                       [swap] {
                         return swap->objects_.MoveUnlogged(
                             swap->members_.Open(swap->request_.old_node),
                             swap->members_.Open(swap->request_.new_node));
                       },
                   .undo = nullptr,
                   .stays = "the root's next value goes past them"});
  if (swap->request_.verify != Verify::kNone)
    steps.push_back({.name = "verify",
                     .node = new_node,
                     .what = "compare the tables with those of " + old_node,
                     .done = promoted,
                     .run =
                         [swap] {
                           return swap->objects_.Compare(
                               swap->members_.Open(swap->request_.old_node),
                               swap->members_.Open(swap->request_.new_node), swap->request_.verify);
                         },
                     .undo = nullptr,
                     .stays = ""});
  steps.push_back({.name = "promote",
                   .node = new_node,
                   .what = "become the root, still closed to writers",
                   .done = promoted,
                   .run = [swap] { return swap->Promote(); },
                   .undo = nullptr,
                   .stays = "there is a new root",
                   .no_return = true});
  steps.push_back({.name = "subscribe-old-root",
                   .node = new_node,
                   .what = "register " + old_node + " as reader, at the last tick",
                   .done = [swap] { return swap->Demoted(); },
                   .run = [swap] { return swap->SubscribeOld(); },
                   .undo = nullptr,
                   .stays = ""});
  steps.push_back({.name = "demote",
                   .node = old_node,
                   .what = "become a branch below " + new_node,
                   .done = [swap] { return swap->Demoted(); },
                   .run = [swap] { return swap->DemoteOld(); },
                   .undo = nullptr,
                   .stays = ""});
  Step resume_old = ResumeStep(members, swap->old_worker());
  resume_old.run = [swap] { return swap->ResumeOld(); };
  steps.push_back(std::move(resume_old));
  steps.push_back(
      {.name = "open-writes",
       .node = new_node,
       .what = "accept events",
       .done = [&members, new_node] { return !ReadGate(members, new_node).refuses_inserts; },
       .run = [swap] { return swap->OpenWrites(); },
       .undo = nullptr,
       .stays = ""});
  steps.push_back(ResumeStep(members, swap->new_worker()));
  steps.push_back(
      {.name = "end-old-subscription",
       .node = new_node,
       .what = "end its subscriptions at other nodes",
       .done = [&members, new_node] { return !SubscribedElsewhere(members, new_node, ""); },
       .run = [&members, new_node] { return UnsubscribeElsewhere(members, new_node, ""); },
       .undo = nullptr,
       .stays = ""});
  for (const auto& group : {old_merging, new_merging})
    for (const WorkerOf& worker : group) steps.push_back(ResumeStep(members, worker));
}

}  // namespace

Procedure TakeOverLivingRoot(Members& members, ReplicatedObjects& objects,
                             const TakeoverRequest& request) {
  const auto swap = std::make_shared<RootSwap>(members, objects, request);
  Procedure procedure;
  procedure.name = "takeover " + request.old_node;
  procedure.nodes = {request.old_node, request.new_node, members.own_node()};
  AddChecks(swap, procedure);
  AddSteps(swap, procedure.steps);
  if (request.all)
    for (const auto& [node, worker] : members.Subscribers(request.old_node))
      if (node != request.new_node && !members.dead(node)) {
        procedure.nodes.insert(node);
        AddRehangSteps(members, objects, {.node = node, .provider = request.new_node},
                       procedure.steps);
      }
  return procedure;
}

}  // namespace cascade
