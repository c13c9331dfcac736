#include "londiste/node/await_position.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>

#include "base/error.h"
#include "base/poll_until.h"
#include "cascade/walk_to_root.h"
#include "londiste/node/node_session.h"
#include "londiste/node/worker_presence.h"
#include "londiste/output/duration.h"
#include "pg/error.h"

namespace londiste::node {
namespace {

using namespace std::chrono_literals;

struct QueueTop {
  std::int64_t tick = 0;
  bool complete = false;  // the tick saw every event of the queue: no event since, no writer open
                          // when it was made
  std::int64_t age_s = 0;
};

QueueTop ReadTop(pg::Connection& connection, const std::string& queue) {
  pqxx::work tx(connection);
  pqxx::result rows = tx.exec_params(
      "select t.tick_id, t.tick_event_seq = pgq.seq_getval(q.queue_event_seq)"
      " and pg_catalog.txid_snapshot_xmin(t.tick_snapshot) = "
      "pg_catalog.txid_snapshot_xmax(t.tick_snapshot),"
      " pg_catalog.date_part('epoch', pg_catalog.now() - t.tick_time)::bigint"
      " from pgq.queue q join pgq.tick t on t.tick_queue = q.queue_id"
      " where q.queue_name = $1 order by t.tick_id desc limit 1",
      queue);
  if (rows.empty())
    throw base::Error("queue \"" + queue + "\" has no tick yet", "Is pgqd running on that server?");
  return {rows[0][0].as<std::int64_t>(), rows[0][1].as<bool>(), rows[0][2].as<std::int64_t>()};
}

// "" when the node has made the tick that is waited for.
std::string WhyNoTick(pg::Connection& connection, const std::string& queue, const std::string& node,
                      std::int64_t wanted) {
  try {
    const QueueTop top = ReadTop(connection, queue);
    if (top.tick >= wanted) return "";
    return node + " made no tick for " + output::ShortDuration(std::chrono::seconds(top.age_s)) +
           ": is pgqd running there?";
  } catch (const pqxx::failure&) {
    return node + ": " + pg::DescribeCurrentFailure().message;
  }
}

// The connection to the awaited node. Walks the providers upwards for the root.
std::unique_ptr<pg::Connection> Open(const CommandContext& context, NodeSession& session,
                                     AwaitedNode awaited, std::string& name) {
  std::unique_ptr<pg::Connection> connection;
  const auto open = [&](const std::string& node, const std::string& location) {
    name = node;
    connection = ConnectRemote(context, location, "node \"" + name + "\"");
  };
  if (awaited == AwaitedNode::kProvider) {
    open(session.node().provider_node, session.node().provider_location);
    return connection;
  }
  cascade::WalkToRoot(session.node(), [&](const std::string& node, const std::string& location) {
    open(node, location);
    pqxx::work tx(*connection);
    auto info = cascade::GetNodeInfo(tx, session.queue());
    if (!info) {
      throw base::Error("[" + name + "] Unknown queue: " + session.queue(),
                        "The location that this node holds for it leads to a database without a "
                        "node of that queue: check it with command members.");
    }
    return info;
  });
  return connection;
}

}  // namespace

int AwaitPositionOf(CommandContext& context, AwaitedNode awaited) {
  NodeSession session(context);
  if (session.is_root()) {
    spdlog::info("this node is the root: it has nothing to wait for");
    return 0;
  }
  std::string name;
  const auto connection = Open(context, session, awaited, name);
  const QueueTop top = ReadTop(*connection, session.queue());
  spdlog::info("waiting for tick {} of node {}", top.tick, name);
  if (const std::string why = WhyWorkerWaits(context, session); !why.empty())
    spdlog::warn("{}", why);

  // Events that the newest tick did not see come with the next one.
  std::int64_t wanted = top.complete ? top.tick : top.tick + 1;
  std::int64_t reached = 0;
  auto done = [&] {
    pqxx::work tx(session.local());
    std::optional<cascade::NodeInfo> info = cascade::GetNodeInfo(tx, session.queue());
    if (!info || !info->worker_last_tick) throw base::Error("Unknown queue: " + session.queue());
    reached = info->worker_last_tick->value();
    return reached >= wanted;
  };
  auto remind = [&] {
    std::string why = WhyWorkerWaits(context, session);
    if (why.empty()) why = WhyNoTick(*connection, session.queue(), name, wanted);
    spdlog::info("worker is at tick {}, waiting for {}{}", reached, wanted,
                 why.empty() ? "" : ": " + why);
  };
  base::PollUntil(context.interrupt, done, 10s, remind);
  return 0;
}

}  // namespace londiste::node
