#include "cascade/resurrect.h"

#include <memory>
#include <optional>

#include "base/error.h"
#include "base/failpoint.h"
#include "cascade/cascade_events.h"
#include "cascade/procedures/checks.h"
#include "cascade/procedures/mark_dead.h"
#include "cascade/procedures/root_writes.h"
#include "cascade/procedures/worker_pause.h"
#include "cascade/takeover.h"

namespace cascade {
namespace {

struct Heir {
  std::string node;
  // Where the old root was alone from; unset when it has been received again.
  std::optional<pgq::TickId> since;
};

std::optional<pgq::TickId> PositionOf(Members& members, const std::string& node,
                                      const std::string& consumer) {
  return members.On(node, [&](auto& tx) -> std::optional<pgq::TickId> {
    const pqxx::result row = tx.exec_params(
        "select s.sub_last_tick from pgq.subscription s join pgq.consumer c on c.co_id = "
        "s.sub_consumer join pgq.queue q on q.queue_id = s.sub_queue"
        " where q.queue_name = $1 and c.co_name = $2",
        members.queue(), consumer);
    if (row.empty() || row[0][0].is_null()) return std::nullopt;
    return pgq::TickId(row[0][0].template as<std::int64_t>());
  });
}

Heir FindHeir(Members& members) {
  const NodeInfo own = members.Info(members.own_node());
  std::string silent;
  for (const std::string& node : members.living()) {
    if (node == own.name) continue;
    std::string failure;
    if (!members.TryOpen(node, &failure)) {
      silent += (silent.empty() ? "" : "; ") + failure;
      continue;
    }
    const NodeInfo info = members.Info(node);
    if (info.type != NodeType::kRoot) continue;
    const auto since = PositionOf(members, node, Gravestone(own.name));
    if (since || (own.type == NodeType::kBranch && own.provider_node == node)) return {node, since};
  }
  throw base::Error("no node is found that has taken over from " + own.name,
                    silent.empty() ? "takeover with --dead-root leaves a consumer \"" +
                                         Gravestone(own.name) + "\" on the new root."
                                   : "Nodes that do not answer: " + silent);
}

class Return {
 public:
  Return(Members& members, ReplicatedObjects& objects, LostEvents& lost, Heir heir,
         base::Duration lock_timeout)
      : members_(members),
        objects_(objects),
        lost_(lost),
        heir_(std::move(heir)),
        lock_timeout_(lock_timeout),
        worker_{members.own_node(), members.queue(), members.Info(members.own_node()).worker_name} {
  }

  const WorkerOf& worker() const { return worker_; }
  bool IsBranch() { return members_.Info(worker_.node).type == NodeType::kBranch; }
  bool IsReader() { return members_.Subscribers(heir_.node).contains(worker_.node); }

  std::vector<Objection> AgainstMissingTick();
  std::vector<Objection> AgainstReaders();
  std::string MoveConsumers();
  std::string Dump();
  std::string RemoveLost();
  std::string Subscribe();

 private:
  std::string Dumper() const { return worker_.node + ".dumper"; }
  bool HasTick(pqxx::transaction_base& tx);

  Members& members_;
  ReplicatedObjects& objects_;
  LostEvents& lost_;
  const Heir heir_;
  const base::Duration lock_timeout_;
  const WorkerOf worker_;
};

bool Return::HasTick(pqxx::transaction_base& tx) {
  return !tx.exec_params(
                "select 1 from pgq.tick t join pgq.queue q on q.queue_id = t.tick_queue where "
                "q.queue_name = $1 and t.tick_id = $2",
                members_.queue(), heir_.since->value())
              .empty();
}

std::vector<Objection> Return::AgainstMissingTick() {
  if (!heir_.since || members_.On(worker_.node, [&](auto& tx) { return HasTick(tx); })) return {};
  return {{"tick " + ToString(*heir_.since) + ", where node " + heir_.node +
               " took over, is not in this queue any more: what was lost cannot be told",
           "Remove this node with drop-node, and create it again with create-branch."}};
}

// Nodes that still read from here: what they have got beyond that tick is lost to all others.
std::vector<Objection> Return::AgainstReaders() {
  std::vector<Objection> against;
  if (!heir_.since) return against;
  for (const auto& [node, worker] : members_.Subscribers(worker_.node)) {
    if (members_.dead(node) || !members_.TryOpen(node)) continue;
    const NodeInfo info = members_.Info(node);
    if (info.provider_node == worker_.node && info.worker_last_tick > *heir_.since)
      against.push_back({"node " + node + " reads from this node, and has changes that are lost",
                         "Remove it with drop-node, and create it again."});
  }
  return against;
}

// Whoever stood beyond that tick stands at it: ticks and events after it go.
std::string Return::MoveConsumers() {
  std::string moved;
  for (const auto& [node, worker] : members_.Subscribers(worker_.node)) {
    const bool reads = !members_.dead(node) && members_.TryOpen(node) &&
                       members_.Info(node).provider_node == worker_.node;
    if (!reads)
      members_.Do(worker_.node, "select * from pgq_node.unregister_subscriber($1, $2)",
                  members_.queue(), node);
  }
  members_.On(worker_.node, [&](auto& tx) {
    for (const pqxx::row& row : tx.exec_params(
             "select c.co_name, least(s.sub_last_tick, $2) from pgq.subscription s join "
             "pgq.consumer c on c.co_id = s.sub_consumer join pgq.queue q on q.queue_id = "
             "s.sub_queue where q.queue_name = $1 and (s.sub_last_tick > $2 or s.sub_next_tick > "
             "$2) and c.co_name <> $3",
             members_.queue(), heir_.since->value(), Dumper())) {
      tx.exec_params("select pgq.register_consumer_at($1, $2, $3)", members_.queue(),
                     row[0].c_str(), row[1].template as<std::int64_t>());
      if (row[0].c_str()[0] != '.')
        moved += (moved.empty() ? "" : ", ") + std::string(row[0].c_str());
    }
  });
  return moved.empty() ? "" : "consumers set back: " + moved;
}

std::string Return::Dump() {
  pg::Connection& own = members_.Open(worker_.node);
  members_.On(worker_.node, [&](auto& tx) {
    tx.exec_params("select pgq.register_consumer_at($1, $2, $3)", members_.queue(), Dumper(),
                   heir_.since->value());
  });
  lost_.Begin();
  std::int64_t count = 0;
  while (const auto batch = pgq::NextBatch(own, members_.queue(), Dumper())) {
    {
      pgq::BatchReader reader(own, batch->id, {}, "");
      pgq::EventChunk chunk;
      while (reader.Next(chunk))
        for (const pgq::Event& event : chunk.events()) {
          if (IsCascadeEvent(event)) continue;
          lost_.Add(*batch, event);
          ++count;
        }
    }
    pgq::FinishBatch(own, batch->id);
    base::HitFailpoint(base::Failpoint::resurrect_mid_dump);
  }
  lost_.End();
  members_.On(worker_.node, [&](auto& tx) {
    tx.exec_params("select pgq.unregister_consumer($1, $2)", members_.queue(), Dumper());
  });
  return std::to_string(count) + " events in " + lost_.name();
}

// All at once: the lost events and their ticks go, the node becomes a branch at the tick where the
// heir took over, and what the lost events had changed is copied again.
std::string Return::RemoveLost() {
  return members_.On(worker_.node, [&](auto& tx) {
    tx.exec("set local lock_timeout = " + std::to_string(lock_timeout_.count()));
    const pqxx::row queue = tx.exec_params1(
        "select q.queue_id, pgq.quote_fqname(q.queue_data_pfx), t.tick_snapshot from pgq.queue q "
        "join pgq.tick t on t.tick_queue = q.queue_id where q.queue_name = $1 and t.tick_id = $2",
        members_.queue(), heir_.since->value());
    const std::string from = " from " + std::string(queue[1].c_str()) +
                             " where ev_txid >= pg_catalog.txid_snapshot_xmin($1::txid_snapshot) "
                             "and not pg_catalog.txid_visible_in_snapshot(ev_txid, "
                             "$1::txid_snapshot)";
    std::vector<LostEvent> lost;
    for (const pqxx::row& row : tx.exec_params(
             "select distinct coalesce(ev_type, ''), coalesce(case when ev_type like 'londiste.%' "
             "then ev_data else ev_extra1 end, '')" +
                 from,
             queue[2].c_str()))
      lost.push_back({row[0].c_str(), row[1].c_str()});
    const std::string copied = objects_.CopyAgainAfterLoss(tx, lost);
    const auto removed = tx.exec_params("delete" + from, queue[2].c_str()).affected_rows();
    tx.exec_params("delete from pgq.tick where tick_queue = $1 and tick_id > $2",
                   queue[0].template as<int>(), heir_.since->value());
    members_.DoIn(tx, worker_.node, "select * from pgq_node.demote_root($1, 3, $2)",
                  members_.queue(), heir_.node);
    return std::to_string(removed) + " events removed; to be copied again: " + copied;
  });
}

std::string Return::Subscribe() {
  const pgq::TickId since =
      heir_.since ? *heir_.since : members_.Info(worker_.node).worker_last_tick.value();
  members_.On(heir_.node, [&](auto& tx) {
    members_.DoIn(tx, heir_.node, "select * from pgq_node.register_subscriber($1, $2, $3, $4)",
                  members_.queue(), worker_.node, worker_.worker, since.value());
    tx.exec_params("select pgq.unregister_consumer($1, $2)", members_.queue(),
                   Gravestone(worker_.node));
  });
  return "at tick " + ToString(since);
}

}  // namespace

Procedure Resurrect(Members& members, ReplicatedObjects& objects, LostEvents& lost,
                    base::Duration lock_timeout) {
  const Heir heir = FindHeir(members);
  const auto back = std::make_shared<Return>(members, objects, lost, heir, lock_timeout);
  const std::string own = members.own_node(), root = heir.node;
  const auto rejoined = [back] { return back->IsBranch() && back->IsReader(); };
  const auto is_branch = [back] { return back->IsBranch(); };

  Procedure procedure;
  procedure.name = "resurrect of " + own;
  procedure.nodes = {own, root};
  procedure.checks = {
      {"where it was alone from", [back] { return back->AgainstMissingTick(); }, false},
      {"who reads from it", [back] { return back->AgainstReaders(); }},
      {"the file",
       [&lost] {
         try {
           lost.CheckNew();
         } catch (const base::Error& error) {
           return std::vector<Objection>{{error.what(), error.hint()}};
         }
         return std::vector<Objection>();
       },
       false}};

  procedure.steps = {PauseStep(members, back->worker(), rejoined),
                     {.name = "stop-writes",
                      .node = own,
                      .what = "refuse new events",
                      .done =
                          [&members, own, is_branch] {
                            const QueueGate gate = ReadGate(members, own);
                            return is_branch() || (gate.refuses_inserts && gate.external_ticker);
                          },
                      .run =
                          [&members, own] {
                            StopWrites(members, own);
                            return std::string();
                          },
                      .undo = nullptr,
                      .stays = "another node is the root"},
                     {.name = "last-tick",
                      .node = own,
                      .what = "wait for those who have written, and make the last tick",
                      .done = is_branch,
                      .run =
                          [&members, own, lock_timeout] {
                            AwaitOldSnapshots(members, own, lock_timeout);
                            return "tick " + ToString(MakeLastTick(members, own, lock_timeout));
                          },
                      .undo = nullptr,
                      .stays = ""},
                     {.name = "move-consumers",
                      .node = own,
                      .what = "let no consumer stand beyond the tick where " + root + " took over",
                      .done = is_branch,
                      .run = [back] { return back->MoveConsumers(); },
                      .undo = nullptr,
                      .stays = ""},
                     {.name = "dump-lost-events",
                      .node = own,
                      .what = "write the events that no other node has",
                      .done = is_branch,
                      .run = [back] { return back->Dump(); },
                      .undo = nullptr,
                      .stays = "the file stays"},
                     {.name = "become-branch",
                      .node = own,
                      .what = "remove the lost events, and become a branch below " + root,
                      .done = is_branch,
                      .run = [back] { return back->RemoveLost(); },
                      .undo = nullptr,
                      .stays = "",
                      .no_return = true},
                     {.name = "subscribe",
                      .node = root,
                      .what = "register " + own + " as reader, where it was alone from",
                      .done = [back] { return back->IsReader(); },
                      .run = [back] { return back->Subscribe(); },
                      .undo = nullptr,
                      .stays = ""}};
  for (const std::string& node : members.living()) {
    if (!members.TryOpen(node)) continue;
    procedure.steps.push_back({.name = "tag-alive",
                               .node = node,
                               .what = "note that " + own + " is alive",
                               .done =
                                   [&members, node, own] {
                                     // An event of the root tells those that cannot be reached now.
                                     return !IsMarkedDead(members, node, own);
                                   },
                               .run =
                                   [&members, node, own] {
                                     MarkDead(members, node, own, false);
                                     return std::string();
                                   },
                               .undo = nullptr,
                               .stays = ""});
  }
  procedure.steps.push_back(ResumeStep(members, back->worker()));
  return procedure;
}

}  // namespace cascade
