#include "cascade/procedures/rehang.h"

#include <chrono>
#include <memory>

#include "base/error.h"
#include "base/poll_until.h"
#include "cascade/procedures/worker_pause.h"
#include "cascade/sole_worker.h"
#include "cascade/walk_to_root.h"
#include "pg/conninfo.h"

namespace cascade {
namespace {

using namespace std::chrono_literals;

constexpr auto kAwaitTick = 120s;
constexpr auto kAwaitReader = 30s;  // for the worker to be seen at its new provider

// What the steps of one node share.
class Move {
 public:
  Move(Members& members, ReplicatedObjects& objects, Rehang rehang)
      : members_(members), objects_(objects), rehang_(std::move(rehang)) {
    const NodeInfo info = members_.Info(rehang_.node);
    worker_ = {rehang_.node, members.queue(), info.worker_name};
    if (info.provider_node != rehang_.provider) old_provider_ = info.provider_node;
  }

  const WorkerOf& worker() const { return worker_; }
  bool ReadsFromNew() { return members_.Info(rehang_.node).provider_node == rehang_.provider; }
  bool Over() {
    if (!ReadsFromNew()) return false;
    const auto readers = members_.Subscribers(rehang_.provider);
    const auto found = readers.find(rehang_.node);
    return found != readers.end() && found->second == worker_.worker;
  }
  bool AllOver() {
    return Over() && !SubscribedElsewhere(members_, rehang_.node, rehang_.provider);
  }

  bool ProviderHasTick() {
    const auto newest = members_.NewestTick(rehang_.provider);
    return newest && *newest >= Position();
  }
  std::string AwaitTick();
  std::string SetBack();
  std::string Subscribe();
  void Unsubscribe();
  std::string Change(const std::string& provider);
  void ChangeBack();
  std::string ResumeAndSee();

 private:
  pgq::TickId Position() {
    const auto position = members_.Info(rehang_.node).worker_last_tick;
    if (!position) throw base::Error("node " + rehang_.node + " has no position");
    return *position;
  }
  std::string FindOldProvider();
  bool SeenAtProvider();

  Members& members_;
  ReplicatedObjects& objects_;
  const Rehang rehang_;
  WorkerOf worker_;
  std::string old_provider_;  // "" when an earlier run has changed it
};

std::string Move::AwaitTick() {
  if (base::PollUntil(
          members_.interrupt(), [this] { return ProviderHasTick(); },
          base::Deadline::After(kAwaitTick)))
    return "";
  const auto newest = members_.NewestTick(rehang_.provider);
  throw base::Error("node " + rehang_.provider + " has not reached tick " + ToString(Position()) +
                        ", where node " + rehang_.node + " is; it is at " +
                        (newest ? ToString(*newest) : "none"),
                    "Its worker must run and not be paused: see command status.");
}

// What it has more than the new provider nobody else has.
std::string Move::SetBack() {
  const auto newest = members_.NewestTick(rehang_.provider);
  if (!newest) throw base::Error("node " + rehang_.provider + " has no tick");
  return members_.On(rehang_.node, [&](auto& tx) {
    Require(Call(tx, "select * from pgq_node.set_consumer_completed($1, $2, $3)", members_.queue(),
                 worker_.worker, newest->value()));
    return objects_.CopyAgain(tx);
  });
}

std::string Move::Subscribe() {
  const Location& member = members_.Find(rehang_.node);
  const Location& provider = members_.Find(rehang_.provider);
  members_.Do(rehang_.node, kRegisterLocation, members_.queue(), provider.node, provider.connstr,
              false);
  const pgq::TickId position = Position();
  members_.On(rehang_.provider, [&](auto& tx) {
    members_.DoIn(tx, rehang_.provider, kRegisterLocation, members_.queue(), member.node,
                  member.connstr, false);
    // What an earlier attempt has left stands somewhere else.
    if (!tx.exec_params("select 1 from pgq_node.get_subscriber_info($1) where node_name = $2",
                        members_.queue(), rehang_.node)
             .empty())
      members_.DoIn(tx, rehang_.provider, "select * from pgq_node.unregister_subscriber($1, $2)",
                    members_.queue(), rehang_.node);
    members_.DoIn(tx, rehang_.provider,
                  "select * from pgq_node.register_subscriber($1, $2, $3, $4)", members_.queue(),
                  rehang_.node, worker_.worker, position.value());
  });
  return "at tick " + ToString(position);
}

void Move::Unsubscribe() {
  if (ReadsFromNew() || !members_.Subscribers(rehang_.provider).contains(rehang_.node)) return;
  members_.Do(rehang_.provider, "select * from pgq_node.unregister_subscriber($1, $2)",
              members_.queue(), rehang_.node);
}

std::string Move::Change(const std::string& provider) {
  members_.Do(rehang_.node, "select * from pgq_node.change_consumer_provider($1, $2, $3)",
              members_.queue(), worker_.worker, provider);
  return "";
}

std::string Move::FindOldProvider() {
  if (!old_provider_.empty()) return old_provider_;
  for (const std::string& other : members_.living())
    if (other != rehang_.provider && other != rehang_.node && members_.TryOpen(other) &&
        members_.Subscribers(other).contains(rehang_.node))
      return other;
  throw base::Error("no other node has a subscription of " + rehang_.node + " any more");
}

void Move::ChangeBack() {
  if (!ReadsFromNew()) return;
  const std::string back = FindOldProvider();
  PauseWorker(members_, worker_);
  Change(back);
}

bool Move::SeenAtProvider() {
  return FindWork(members_.Open(rehang_.provider), {.queue = members_.queue(),
                                                    .consumer = worker_.worker,
                                                    .what = "",
                                                    .function = "pgq.finish_batch(bigint)",
                                                    .wake_channel = ""})
      .has_value();
}

// SkyTools' worker leaves no mark: it has said that it knows of the change, and that must do.
std::string Move::ResumeAndSee() {
  const std::string absent = ResumeWorker(members_, worker_);
  if (!absent.empty() || !WorkerIsSeen(members_, worker_)) return absent;
  if (base::PollUntil(
          members_.interrupt(), [this] { return SeenAtProvider(); },
          base::Deadline::After(kAwaitReader)))
    return "";
  const auto error =
      members_
          .On(rehang_.node,
              [&](auto& tx) { return GetConsumerState(tx, members_.queue(), worker_.worker); })
          .error;
  throw base::Error("worker \"" + worker_.worker + "\" of node " + rehang_.node +
                        " does not read from node " + rehang_.provider +
                        (error ? ": " + *error : std::string()),
                    "The location of node " + rehang_.provider + ", \"" +
                        pg::RedactConnstr(members_.Find(rehang_.provider).connstr) +
                        "\", must work from where that worker runs.");
}

bool HangsBelow(Members& members, NodeInfo node, const std::string& above) {
  bool below = node.name == above;
  WalkToRoot(std::move(node), [&](const std::string& name, const std::string&) {
    below |= name == above;
    return !below && !members.dead(name) && members.TryOpen(name)
               ? std::optional(members.Info(name))
               : std::nullopt;
  });
  return below;
}

}  // namespace

std::vector<Objection> AgainstRehang(Members& members, ReplicatedObjects& objects,
                                     const Rehang& rehang) {
  std::vector<Objection> against;
  const NodeInfo node = members.Info(rehang.node);
  const NodeInfo provider = members.Info(rehang.provider);
  if (node.type == NodeType::kRoot)
    against.push_back({"node " + node.name + " is the root: it reads from no node",
                       "Another node becomes the root by takeover or switchover."});
  if (provider.type == NodeType::kLeaf)
    against.push_back({"node " + provider.name + " is a leaf: nodes cannot read from it",
                       "Name the root or a branch; command status shows them."});
  if (HangsBelow(members, provider, node.name))
    against.push_back({"node " + provider.name + " gets its changes from node " + node.name,
                       "Name a node that does not hang below it."});
  if (node.worker_paused)
    against.push_back({"the worker of node " + node.name + " is paused",
                       "Run resume with that node's configuration file first."});
  for (Objection& objection : objects.AgainstMove(members.Open(node.name), node.name))
    against.push_back(std::move(objection));
  return against;
}

std::vector<std::string> ReadersToMove(Members& members, const std::string& from,
                                       const std::string& to, const std::string& procedure) {
  std::vector<std::string> readers;
  for (const std::string& node : members.living()) {
    if (node == from || !members.TryOpen(node)) continue;
    const NodeInfo info = members.Info(node);
    if (info.type == NodeType::kRoot) continue;
    if (info.provider_node == from ||
        (node != to && info.provider_node == to && IsUnderWay(members, node, procedure)))
      readers.push_back(node);
  }
  return readers;
}

bool SubscribedElsewhere(Members& members, const std::string& node, const std::string& keep) {
  for (const std::string& other : members.living())
    if (other != keep && other != node && members.TryOpen(other) &&
        members.Subscribers(other).contains(node))
      return true;
  return false;
}

std::string UnsubscribeElsewhere(Members& members, const std::string& node,
                                 const std::string& keep) {
  std::string unreached;
  for (const std::string& other : members.living()) {
    if (other == keep || other == node) continue;
    std::string failure;
    if (!members.TryOpen(other, &failure)) {
      unreached += (unreached.empty() ? "" : ", ") + ("node " + other + " cannot be reached");
      continue;
    }
    if (members.Subscribers(other).contains(node))
      members.Do(other, "select * from pgq_node.unregister_subscriber($1, $2)", members.queue(),
                 node);
  }
  return unreached;
}

void AddRehangSteps(Members& members, ReplicatedObjects& objects, const Rehang& rehang,
                    std::vector<Step>& steps) {
  const auto move = std::make_shared<Move>(members, objects, rehang);  // shared by its steps
  const std::string &node = rehang.node, &provider = rehang.provider;
  steps.push_back(PauseStep(members, move->worker(), [move] { return move->Over(); }));
  if (rehang.copy_again)
    steps.push_back({.name = "set-back",
                     .node = node,
                     .what = "set the position back to the newest tick of " + provider +
                             " and copy all tables again",
                     .done = [move] { return move->Over(); },
                     .run = [move] { return move->SetBack(); },
                     .undo = nullptr,
                     .stays = "the tables are copied again"});
  steps.push_back({.name = "await-tick",
                   .node = provider,
                   .what = "wait until it has the tick where " + node + " is",
                   .done = [move] { return move->Over() || move->ProviderHasTick(); },
                   .run = [move] { return move->AwaitTick(); },
                   .undo = nullptr,
                   .stays = ""});
  steps.push_back({.name = "subscribe",
                   .node = provider,
                   .what = "register " + node + " as reader",
                   .done = [move] { return move->Over(); },
                   .run = [move] { return move->Subscribe(); },
                   .undo = [move] { move->Unsubscribe(); },
                   .stays = ""});
  steps.push_back({.name = "change-provider",
                   .node = node,
                   .what = "read from " + provider,
                   .done = [move] { return move->Over(); },
                   .run = [move, provider] { return move->Change(provider); },
                   .undo = [move] { move->ChangeBack(); },
                   .stays = ""});
  Step resume = ResumeStep(members, move->worker());
  resume.what += ", and see it read from " + provider;
  resume.done = [move, done = resume.done] { return done() && move->AllOver(); };
  resume.run = [move] { return move->ResumeAndSee(); };
  steps.push_back(std::move(resume));
  steps.push_back(
      {.name = "end-old-subscription",
       .node = node,
       .what = "end its subscriptions at other nodes",
       .done = [move] { return move->AllOver(); },
       .run = [&members, node, provider] { return UnsubscribeElsewhere(members, node, provider); },
       .undo = nullptr,
       .stays = "nothing reads there any more",
       .no_return = true});
}

}  // namespace cascade
