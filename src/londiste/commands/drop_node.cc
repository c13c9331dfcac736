// drop-node
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "londiste/commands/node_session.h"
#include "londiste/commands/node_survey.h"
#include "pg/error.h"

namespace londiste::commands {
namespace {

class NodeRemoval {
 public:
  NodeRemoval(Context& context, std::string name)
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
    RefuseWithSubscribers();
    for (const cascade::Location& member : members_) {
      if (member.node != name_) DropOn(member);
    }
    // Last, so that a removal that was killed halfway can be repeated, also from the node itself.
    DropOn(*target);
    return 0;
  }

 private:
  void RefuseWithSubscribers() {
    const std::vector<std::string>& dead = context_.options.Values("dead");
    nodes_ = SurveyNodes(context_, members_, session_.node().name, {dead.begin(), dead.end()});
    for (const output::NodeStatus& node : nodes_) {
      if (!node.dead && node.type != "root" && node.provider == name_ && node.name != name_) {
        throw base::Error("node still has subscribers",
                          "Node \"" + node.name + "\" reads from it: drop that one first.");
      }
    }
  }

  bool Reachable(const std::string& node) const {
    auto found = std::find_if(nodes_.begin(), nodes_.end(),
                              [&](const auto& status) { return status.name == node; });
    return found != nodes_.end() && !found->type.empty();
  }

  void DropOn(const cascade::Location& member) {
    if (!Reachable(member.node)) {
      Explain(member.node, "not reachable");
      return;
    }
    try {
      if (member.node == session_.node().name) {
        Drop(session_.local(), member.node);
      } else {
        Drop(*ConnectRemote(context_, member.connstr, "node \"" + member.node + "\""), member.node);
      }
    } catch (const base::Interrupted&) {
      throw;
    } catch (...) {
      Explain(member.node, pg::DescribeCurrentFailure().message);
    }
  }

  void Drop(pg::Connection& connection, const std::string& member) {
    pqxx::work tx(connection);
    Report(cascade::Call(tx, "select * from pgq_node.drop_node($1, $2)", session_.queue(), name_),
           member);
    tx.commit();
  }

  void Explain(const std::string& member, const std::string& reason) {
    if (member == name_) {
      spdlog::warn("the database of node {} was not cleaned: {}", name_, reason);
    } else {
      spdlog::warn("node {} still knows {}: {}", member, name_, reason);
    }
  }

  Context& context_;
  NodeSession session_;
  std::string name_;
  std::vector<cascade::Location> members_;
  std::vector<output::NodeStatus> nodes_;
};

int Run(Context& context) { return NodeRemoval(context, context.arguments[0]).Run(); }

}  // namespace

const Command kDropNode = {
    .name = "drop-node",
    .arguments = "NODE",
    .summary = "take a node out of the cascade",
    .details =
        "Removes its queue, registrations and triggers (never rows of replicated tables), and "
        "every other node's memory of it. Stop its "
        "worker first. Nodes that cannot be reached are named, and the command can be repeated.",
    .options = {"dead"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace londiste::commands
