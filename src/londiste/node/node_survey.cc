#include "londiste/node/node_survey.h"

#include <algorithm>
#include <list>
#include <optional>

#include "base/cancellable_thread.h"
#include "base/error.h"
#include "londiste/node/node_conditions.h"
#include "londiste/node/node_session.h"
#include "londiste/node/queue_lag.h"
#include "londiste/node/read_copies.h"
#include "londiste/tables/registry.h"
#include "pg/conninfo.h"
#include "pg/error.h"

namespace londiste::node {
namespace {

void ReadTables(pqxx::transaction_base& tx, const std::string& queue, output::NodeStatus& status) {
  for (const tables::Table& table : tables::ReadTables(tx, queue)) {
    if (!table.local) {
      ++status.tables_elsewhere;
    } else if (table.state.ok()) {
      ++status.tables_ok;
    } else {
      ++status.tables_not_ok;
    }
  }
}

// What the queue of a root or branch says of itself and of those who read it.
void ReadQueue(pqxx::transaction_base& tx, const std::string& queue, const cascade::NodeInfo& node,
               NodeReport& report) {
  if (node.type == cascade::NodeType::kRoot) report.status.lag = TickerLag(tx, queue);
  report.consumer_lag = ConsumerLags(tx, queue);
  for (const pqxx::row& row : tx.exec_params(
           "select node_name, worker_name from pgq_node.get_subscriber_info($1)", queue)) {
    report.subscribers[row[0].c_str()] = row[1].c_str();
  }
}

void ReadConsumers(pqxx::transaction_base& tx, const std::string& queue,
                   output::NodeStatus& status) {
  for (const pqxx::row& row :
       tx.exec_params("select consumer_name, cur_error from pgq_node.get_consumer_info($1) where "
                      "cur_error is not null",
                      queue)) {
    status.errors.emplace_back(row[0].c_str(), row[1].c_str());
  }
}

std::string ServiceOf(const std::string& connstr) {
  try {
    std::map<std::string, std::string> parts = pg::ParseConnstr(connstr);
    auto service = parts.find("service");
    return service == parts.end() ? "" : service->second;
  } catch (const base::Error&) {
    return "";  // the attempt to connect tells what is wrong with it
  }
}

// A cancel that came before a statement is repeated.
constexpr base::Duration kCancelAgain{200};

// One node asked on a thread of its own; a cancelled command cancels it.
class NodeQuery {
 public:
  NodeQuery(const CommandContext& context, const cascade::Location& member, bool is_own)
      : context_(context), member_(member), is_own_(is_own) {
    report_.status.name = member.node;
    report_.status.dead = member.dead;
    report_.status.service = ServiceOf(member.connstr);
  }

  void Start() {
    thread_.emplace([this](base::Interrupt& own) { Ask(own); });
    on_cancel_ = context_.interrupt.OnCancel([this] { thread_->Cancel(); });
  }
  void AssumeDead() { report_.status.dead = true; }
  NodeReport& Wait() {
    while (thread_ && !thread_->Wait(base::Deadline::After(kCancelAgain)))
      if (context_.interrupt.cancelled()) thread_->CancelAndWait();
    return report_;
  }

 private:
  void Ask(base::Interrupt& own) {
    try {
      pg::ConnectOptions options =
          is_own_ ? LocalOptions(context_) : RemoteOptions(context_, member_.connstr);
      pg::Connection connection(options, own);
      NodeReport answer = ReadNode(connection, context_.settings.text("queue_name"));
      answer.status.name = member_.node;
      answer.status.dead = member_.dead;
      answer.status.service = report_.status.service;
      report_ = std::move(answer);
    } catch (...) {
      report_.status.failure = pg::DescribeCurrentFailure().message;
      report_.status.dead = true;
    }
  }

  const CommandContext&
      context_;  // only its settings are used on the thread, and those do not change
  const cascade::Location member_;
  const bool is_own_;
  NodeReport report_;                              // written by the thread, read after Wait
  std::optional<base::CancellableThread> thread_;  // it uses all the others
  base::Interrupt::Registration on_cancel_;
};

// What a node's provider lacks has not arrived at the node either.
void AddLagOfProviders(const std::vector<NodeReport>& reports, output::NodeStatus& node) {
  std::set<std::string> visited = {node.name};
  for (std::optional<std::string> above = node.provider;
       node.lag && above && visited.insert(*above).second;) {
    auto found = std::find_if(reports.begin(), reports.end(),
                              [&](const NodeReport& one) { return one.status.name == *above; });
    if (found == reports.end()) return;
    node.lag = std::max(*node.lag, found->status.lag.value_or(std::chrono::seconds(0)));
    above = found->status.provider;
  }
}

// The provider knows how far behind its reader is, and who reads from it even when that node does
// not answer.
void LinkNodes(std::vector<NodeReport>& reports) {
  for (NodeReport& report : reports) {
    for (const NodeReport& other : reports) {
      auto subscription = other.subscribers.find(report.status.name);
      if (subscription == other.subscribers.end()) continue;
      if (report.status.type.empty() && !report.status.provider)
        report.status.provider = other.status.name;
      if (report.status.provider != other.status.name) continue;
      auto lag = other.consumer_lag.find(subscription->second);
      if (lag != other.consumer_lag.end()) report.status.lag = lag->second;
    }
  }
  for (NodeReport& report : reports) AddLagOfProviders(reports, report.status);
}

}  // namespace

NodeReport ReadNode(pg::Connection& connection, const std::string& queue) {
  pqxx::work tx(connection);
  std::optional<cascade::NodeInfo> info = cascade::GetNodeInfo(tx, queue);
  if (!info) throw base::Error("Unknown queue: " + queue + ", its database has no such node");
  NodeReport report;
  report.worker = info->worker_name;
  output::NodeStatus& status = report.status;
  status.name = info->name;
  status.type = cascade::ToString(info->type);
  if (info->type != cascade::NodeType::kRoot) status.provider = info->provider_node;
  if (info->worker_last_tick) status.tick = info->worker_last_tick->value();
  status.paused = info->worker_paused;
  status.uptodate = info->worker_uptodate;
  for (const auto& [key, value] : info->attrs) status.attrs[key] = value.value_or("");
  ReadTables(tx, queue, status);
  if (status.tables_not_ok > 0) status.copies = ReadCopies(tx, queue);
  if (info->type != cascade::NodeType::kLeaf) ReadQueue(tx, queue, *info, report);
  ReadConsumers(tx, queue, status);
  status.conditions = ReadNodeConditions(tx, queue);
  return report;
}

std::vector<output::NodeStatus> SurveyNodes(const CommandContext& context,
                                            const std::vector<cascade::Location>& members,
                                            const std::string& own_node,
                                            const std::set<std::string>& assume_dead) {
  std::list<NodeQuery> queries;
  for (const cascade::Location& member : members) {
    NodeQuery& query = queries.emplace_back(context, member, member.node == own_node);
    if (assume_dead.contains(member.node)) {
      query.AssumeDead();
    } else {
      query.Start();
    }
  }
  std::vector<NodeReport> reports;
  for (NodeQuery& query : queries) reports.push_back(std::move(query.Wait()));
  context.interrupt.ThrowIfCancelled();

  LinkNodes(reports);
  std::vector<output::NodeStatus> nodes;
  for (NodeReport& report : reports) nodes.push_back(std::move(report.status));
  return nodes;
}

}  // namespace londiste::node
