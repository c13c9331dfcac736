#include "cascade/members.h"

#include <algorithm>

#include "base/error.h"
#include "cascade/branch_tick.h"
#include "cascade/sole_worker.h"
#include "pg/error.h"

namespace cascade {

Members::Members(Options options, base::Interrupt& interrupt)
    : options_(std::move(options)), interrupt_(&interrupt) {}
Members::~Members() = default;

const std::vector<Location>& Members::locations() {
  if (!locations_) locations_ = On(own_node(), [&](auto& tx) { return GetLocations(tx, queue()); });
  return *locations_;
}

const Location& Members::Find(const std::string& node) {
  const auto found = std::ranges::find(locations(), node, &Location::node);
  if (found == locations().end())
    throw base::Error("Node '" + node + "' not found",
                      "Command members lists the nodes of the cascade.");
  return *found;
}

bool Members::knows(const std::string& node) {
  return std::ranges::find(locations(), node, &Location::node) != locations().end();
}

// The own node answers, whatever an event says that has only now come to it.
bool Members::dead(const std::string& node) {
  if (node == own_node()) return false;
  return options_.told_dead.contains(node) || (knows(node) && Find(node).dead);
}

std::vector<std::string> Members::living() {
  std::vector<std::string> names;
  for (const Location& member : locations())
    if (!dead(member.node)) names.push_back(member.node);
  return names;
}

pg::Connection& Members::Open(const std::string& node) {
  std::unique_ptr<pg::Connection>& session = sessions_[node];
  if (!session) {
    const bool own = node == own_node();
    session = options_.connect(own ? Location{.node = node, .connstr = {}} : Find(node), own,
                               *interrupt_);
    if (claimed_) Mark(*session, node);
  }
  return *session;
}

pg::Connection* Members::TryOpen(const std::string& node, std::string* failure) {
  if (const auto known = silent_.find(node); known != silent_.end()) {
    if (failure) *failure = known->second;
    return nullptr;
  }
  try {
    return &Open(node);
  } catch (const base::Interrupted&) {
    throw;
  } catch (const AnotherWorker&) {
    throw;
  } catch (...) {
    silent_[node] = pg::DescribeCurrentFailure().message;
    if (failure) *failure = silent_[node];
    return nullptr;
  }
}

void Members::Claim() {
  claimed_ = true;
  for (const auto& [node, session] : sessions_)
    if (session) Mark(*session, node);
}

void Members::Mark(pg::Connection& connection, const std::string& node) {
  ClaimWork(connection,
            {.queue = queue(),
             .consumer = ".procedure",
             .what = "changes node \"" + node + "\" of queue \"" + queue() + "\"",
             .function = "pgq_node.register_location(text, text, text, boolean)",
             .wake_channel = "",
             .hint = "Wait until it has ended, or end it first."},
            *interrupt_);
}

void Members::StartOver() {
  sessions_.clear();
  silent_.clear();
  interrupt_ = &unstoppable_;
}

NodeInfo Members::Info(const std::string& node) {
  const auto info = On(node, [&](auto& tx) { return GetNodeInfo(tx, queue()); });
  if (!info)
    throw base::Error("[" + node + "] Unknown queue: " + queue(),
                      "The registered location of node \"" + node +
                          "\" leads to a database without a node of that queue: check it with "
                          "command members.");
  if (info->name != node)
    throw base::Error("the registered location of node \"" + node +
                          "\" leads to the database of node \"" + info->name + "\"",
                      "Command members shows the locations; correct it on the root with "
                      "pgq_node.register_location.");
  return *info;
}

std::optional<pgq::TickId> Members::NewestTick(const std::string& node) {
  return cascade::NewestTick(Open(node), queue());
}

std::map<std::string, std::string> Members::Subscribers(const std::string& node) {
  return On(node, [&](auto& tx) {
    std::map<std::string, std::string> workers;
    for (const pqxx::row& row : tx.exec_params(
             "select node_name, worker_name from pgq_node.get_subscriber_info($1)", queue()))
      workers[row[0].c_str()] = row[1].c_str();
    return workers;
  });
}

bool Members::HasConsumer(const std::string& node, const std::string& consumer) {
  return On(node, [&](auto& tx) {
    return !tx.exec_params(
                  "select 1 from pgq.subscription s join pgq.consumer c on c.co_id = "
                  "s.sub_consumer join pgq.queue q on q.queue_id = s.sub_queue"
                  " where q.queue_name = $1 and c.co_name = $2",
                  queue(), consumer)
                .empty();
  });
}

void Members::WakeWorker(const std::string& node, const std::string& queue) {
  On(node, [&](auto& tx) {
    tx.exec_params("select pg_catalog.pg_notify($1, '')", options_.wake_channel(queue));
  });
}

void Members::Accept(const std::string& node, const Answer& answer) const {
  if (!answer.failed()) return;
  const std::string where = Elsewhere(node);
  throw base::Error((where.empty() ? "" : "[" + where + "] ") + answer.note);
}

std::string Members::Elsewhere(const std::string& node) const {
  return node == own_node() ? "" : node;
}

}  // namespace cascade
