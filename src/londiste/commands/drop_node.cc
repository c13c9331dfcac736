// drop-node
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/copy_thread/copy_consumer.h"
#include "londiste/node/node_session.h"
#include "londiste/node/node_survey.h"
#include "londiste/output/answer_log.h"
#include "londiste/structure/restore_fkeys.h"
#include "pg/error.h"

namespace londiste::commands {
namespace {

class NodeRemoval {
 public:
  NodeRemoval(CommandContext& context, std::string name)
      : context_(context), session_(context), name_(std::move(name)) {
    session_.node();
    pqxx::work tx(session_.local());
    members_ = cascade::GetLocations(tx, session_.queue());
  }

  int Run() {
    auto target = std::find_if(members_.begin(), members_.end(),
                               [&](const auto& member) { return member.node == name_; });
    if (target == members_.end()) {
      throw base::Error("Node '" + name_ + "' not found",
                        "Command members lists the nodes of the cascade.");
    }
    session_.RequireOwnDatabase();
    const std::vector<std::string>& dead = context_.options.Values("dead");
    told_dead_ = {dead.begin(), dead.end()};
    nodes_ = node::SurveyNodes(context_, members_, session_.node().name, told_dead_);
    RefuseWithSubscribers();
    RefuseWithMergedQueues(*target);
    RefuseWithoutThoseThatMatter();
    FindWorker();
    for (const cascade::Location& member : members_) {
      if (member.node != name_) ForgetOn(member);
    }
    if (!failed_.empty())
      throw base::Error("node " + name_ + " is not dropped: " + failed_,
                        "Run the same command again: it does what is left.");
    // Last, so that a removal that was killed or failed halfway can be repeated, also from the node
    // itself.
    DropItself(*target);
    return 0;
  }

 private:
  void RefuseWithSubscribers() const {
    for (const output::NodeStatus& node : nodes_) {
      if (!node.dead && node.type != "root" && node.provider == name_ && node.name != name_) {
        throw base::Error("node still has subscribers",
                          "Node \"" + node.name + "\" reads from it: drop that node first.");
      }
    }
  }

  // Their leafs name this queue, and would have nowhere to put their events.
  void RefuseWithMergedQueues(const cascade::Location& target) {
    if (!Reachable(name_)) return;
    pqxx::work tx(Open(target));
    const auto info = cascade::GetNodeInfo(tx, session_.queue());
    if (!info || info->target_for.empty()) return;
    std::string queues;
    for (const std::string& queue : info->target_for)
      queues += (queues.empty() ? "" : ", ") + queue;
    throw base::Error("other queues are merged into this one on node \"" + name_ + "\": " + queues,
                      "Drop the leafs of these queues in that database first.");
  }

  const output::NodeStatus* Status(const std::string& node) const {
    auto found = std::find_if(nodes_.begin(), nodes_.end(),
                              [&](const auto& status) { return status.name == node; });
    return found == nodes_.end() ? nullptr : &*found;
  }
  bool Reachable(const std::string& node) const {
    const output::NodeStatus* status = Status(node);
    return status != nullptr && !status->type.empty();
  }

  // The provider would keep the subscription, and every event for it; without the root nobody tells
  // the others.
  void RefuseWithoutThoseThatMatter() const {
    const output::NodeStatus* target = Status(name_);
    const bool provider_known = target && (target->provider || target->type == "root");
    const bool root_answers = std::any_of(nodes_.begin(), nodes_.end(),
                                          [](const auto& node) { return node.type == "root"; });
    for (const cascade::Location& member : members_) {
      if (member.node == name_ || Reachable(member.node) || member.dead ||
          told_dead_.contains(member.node))
        continue;
      const bool may_be_provider = !provider_known || target->provider == member.node;
      if (!may_be_provider && root_answers) continue;
      throw base::Error(
          "node \"" + member.node + "\" cannot be reached: " +
              (may_be_provider
                   ? "it would keep the subscription of \"" + name_ + "\", and every event since"
                   : "it would keep \"" + name_ + "\" in its list of nodes") +
              "; nothing was dropped",
          "Run the command again when that node can be reached. If it is gone for good, use "
          "--dead=" +
              member.node + ".");
    }
  }

  pg::Connection& Open(const cascade::Location& member) {
    if (member.node == session_.node().name) return session_.local();
    std::unique_ptr<pg::Connection>& connection = connections_[member.node];
    if (!connection)
      connection = node::ConnectRemote(context_, member.connstr, "node \"" + member.node + "\"");
    return *connection;
  }

  // The node knows its worker's name, and so does its provider.
  void FindWorker() {
    for (const cascade::Location& member : members_) {
      if (!Reachable(member.node)) continue;
      pqxx::work tx(Open(member));
      if (member.node == name_) {
        if (const auto info = cascade::GetNodeInfo(tx, session_.queue()))
          worker_ = info->worker_name;
      } else {
        const pqxx::result row = tx.exec_params(
            "select worker_name from pgq_node.get_subscriber_info($1) where node_name = $2",
            session_.queue(), name_);
        if (!row.empty()) worker_ = row[0][0].c_str();
      }
    }
  }

  void ForgetOn(const cascade::Location& member) {
    if (!Reachable(member.node)) {
      spdlog::warn(
          "node {} still knows {}, since it cannot be reached; when it is back, run drop-node {} "
          "there",
          member.node, name_, name_);
      return;
    }
    try {
      pg::Connection& connection = Open(member);
      UnregisterCopies(connection, member.node);
      Drop(connection, member.node);
    } catch (const base::Interrupted&) {
      throw;
    } catch (...) {
      failed_ += (failed_.empty() ? "" : "; ") + ("node " + member.node + " still knows it: ") +
                 pg::DescribeCurrentFailure().message;
    }
  }

  // Of copies that were not finished: their consumers would keep every event from now on.
  void UnregisterCopies(pg::Connection& connection, const std::string& member) {
    if (worker_.empty()) return;
    pqxx::work tx(connection);
    for (const pqxx::row& row :
         tx.exec_params("select c.consumer_name from pgq.get_consumer_info($1) c where "
                        "starts_with(c.consumer_name, $2) and not exists (select 1 from "
                        "pgq_node.get_subscriber_info($1) s where c.consumer_name = s.worker_name)",
                        session_.queue(), copy_thread::CopyConsumerName(worker_, ""))) {
      tx.exec_params("select pgq.unregister_consumer($1, $2)", session_.queue(), row[0].c_str());
      spdlog::info("[{}] removed consumer {} of an unfinished copy", member, row[0].c_str());
    }
    tx.commit();
  }

  void DropItself(const cascade::Location& target) {
    if (!Reachable(name_)) {
      spdlog::warn("the database of node {} was not cleaned, since it cannot be reached", name_);
      return;
    }
    pg::Connection& connection = Open(target);
    Drop(connection, name_);
    structure::RestoreFkeysLeft(connection, session_.queue());
  }

  void Drop(pg::Connection& connection, const std::string& member) {
    pqxx::work tx(connection);
    output::CommitAndReport(
        tx, cascade::Call(tx, "select * from pgq_node.drop_node($1, $2)", session_.queue(), name_),
        member);
  }

  CommandContext& context_;
  node::NodeSession session_;
  std::string name_, worker_;  // worker_: "" when nobody knows it
  std::vector<cascade::Location> members_;
  std::set<std::string> told_dead_;
  std::vector<output::NodeStatus> nodes_;
  std::map<std::string, std::unique_ptr<pg::Connection>> connections_;
  std::string failed_;
};

int Run(CommandContext& context) { return NodeRemoval(context, context.arguments[0]).Run(); }

}  // namespace

const Command kDropNode = {
    .name = "drop-node",
    .arguments = "NODE",
    .summary = "remove a node from the cascade",
    .details =
        "Removes the node's queue, registrations and triggers, never the rows of replicated "
        "tables, and removes the node from the lists of the other nodes. Stop its worker first. "
        "While the node's provider or the root cannot be reached, the command drops nothing, "
        "unless --dead says that this one is gone for good; it names other nodes that cannot be "
        "reached. It can be repeated.",
    .options = {"dead"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace londiste::commands
