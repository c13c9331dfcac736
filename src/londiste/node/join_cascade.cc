#include "londiste/node/join_cascade.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "cascade/walk_to_root.h"
#include "londiste/node/ddl_setting.h"
#include "londiste/node/key_updates.h"
#include "londiste/node/register_location.h"
#include "londiste/output/answer_log.h"
#include "londiste/tables/registry.h"
#include "pg/conninfo.h"
#include "pgq/urlencode.h"

namespace londiste::node {
namespace {

// A node elsewhere that we hold a connection to.
struct RemoteNode {
  std::unique_ptr<pg::Connection> connection;
  cascade::NodeInfo info;
};

RemoteNode OpenNode(const CommandContext& context, const std::string& queue,
                    const std::string& connstr, const std::string& whose) {
  RemoteNode node;
  node.connection = ConnectRemote(context, connstr, whose);
  pqxx::work tx(*node.connection);
  std::optional<cascade::NodeInfo> info = cascade::GetNodeInfo(tx, queue);
  if (!info) {
    throw base::Error(
        whose + ": \"" + pg::RedactConnstr(connstr) + "\" has no node of queue \"" + queue + "\"",
        "Create the root first, and check setting queue_name: it must be the same on all nodes.");
  }
  node.info = std::move(*info);
  return node;
}

// Follows the providers upwards. Unset when `provider` is the root itself.
std::optional<RemoteNode> FindRoot(const CommandContext& context, const NodeRequest& request,
                                   const RemoteNode& provider) {
  if (provider.info.type == cascade::NodeType::kRoot) return std::nullopt;
  std::optional<RemoteNode> last;
  cascade::WalkToRoot(provider.info, [&](const std::string& name, const std::string& location) {
    last = OpenNode(context, request.queue, location, "node \"" + name + "\"");
    return std::optional(last->info);
  });
  return last;
}

std::vector<cascade::Location> Members(pg::Connection& connection, const std::string& queue) {
  pqxx::work tx(connection);
  return cascade::GetLocations(tx, queue);
}

// A name is free, or it is ours already: a run that was killed has registered it with this very
// connect string, which is known to lead to this database, and this database has no node.
enum class NameState { kFree, kRegisteredByUs };

NameState CheckName(const std::vector<cascade::Location>& members, const NodeRequest& request,
                    const std::string& root) {
  auto same = std::find_if(members.begin(), members.end(),
                           [&](const auto& member) { return member.node == request.name; });
  if (same == members.end()) return NameState::kFree;
  if (same->connstr == request.location && !same->dead) return NameState::kRegisteredByUs;
  const std::string at = ", at \"" + pg::RedactConnstr(same->connstr) + "\"";
  if (request.name == root)
    throw base::Error("Node '" + request.name + "' already exists: it is the root" + at,
                      "Choose another name.");
  throw base::Error(
      "Node '" + request.name + "' already exists" + at,
      "Choose another name, or remove the old node with drop-node " + request.name + ".");
}

// Two subscribers under one worker name would move each other's position.
void CheckWorkerName(pg::Connection& provider, const NodeRequest& request) {
  pqxx::work tx(provider);
  pqxx::result others = tx.exec_params(
      "select node_name from pgq_node.get_subscriber_info($1) where worker_name = $2 and node_name "
      "<> $3",
      request.queue, request.worker, request.name);
  if (!others.empty()) {
    throw base::Error("worker name \"" + request.worker + "\" is already used by node \"" +
                          others[0][0].c_str() + "\"",
                      "Give each node a job_name of its own in its configuration file.");
  }
  bool subscribed =
      !tx.exec_params("select 1 from pgq_node.get_subscriber_info($1) where node_name = $2",
                      request.queue, request.name)
           .empty();
  if (!subscribed &&
      !tx.exec_params("select 1 from pgq.get_consumer_info($1, $2)", request.queue, request.worker)
           .empty()) {
    throw base::Error("worker name \"" + request.worker +
                          "\" is already used by a consumer of queue \"" + request.queue + "\"",
                      "Choose another job_name, or unregister that consumer on the provider.");
  }
}

// Returns the global watermark, where the new node starts.
pgq::TickId Subscribe(RemoteNode& provider, const NodeRequest& request) {
  pqxx::work tx(*provider.connection);
  const std::string& at = provider.info.name;
  if (provider.info.type != cascade::NodeType::kRoot) {
    RegisterLocation(tx, request.queue, {request.name, request.location, false}, at);
  }
  if (!tx.exec_params("select 1 from pgq_node.get_subscriber_info($1) where node_name = $2",
                      request.queue, request.name)
           .empty()) {
    // Left by a killed run. Subscribing afresh moves the position to today's watermark.
    output::ReportAnswer(cascade::Call(tx, "select * from pgq_node.unregister_subscriber($1, $2)",
                                       request.queue, request.name),
                         at);
  }
  cascade::Answer answer =
      cascade::Call(tx, "select * from pgq_node.register_subscriber($1, $2, $3, null)",
                    request.queue, request.name, request.worker);
  output::CommitAndReport(tx, answer, at);
  return pgq::TickId(answer.row["global_watermark"].as<std::int64_t>());
}

// It may be created next.
void WarnOfUnknownNodes(std::string_view names, const std::vector<cascade::Location>& members) {
  while (!names.empty()) {
    const std::string name(base::Trim(base::TakeUntil(names, ',')));
    if (std::ranges::find(members, name, &cascade::Location::node) == members.end())
      spdlog::warn(
          "--sync-watermark: there is no node \"{}\" yet; until there is, this node's "
          "watermark stays where it is",
          name);
  }
}

// Settings of the root that each node has.
struct ProviderSettings {
  std::string key_updates;
  DdlSetting ddl;
};

ProviderSettings ReadProviderSettings(RemoteNode& provider, const std::string& queue) {
  pqxx::read_transaction tx(*provider.connection);
  return {ReadKeyUpdates(tx, queue), ReadDdlSetting(tx, queue)};
}

void CreateLocalNode(const CommandContext& context, NodeSession& session,
                     const NodeRequest& request, RemoteNode& provider,
                     const std::vector<cascade::Location>& members, pgq::TickId watermark) {
  tables::GlobalObjects objects = tables::ReadGlobalObjects(*provider.connection, request.queue);
  const ProviderSettings settings = ReadProviderSettings(provider, request.queue);
  pqxx::work tx(session.local());
  RegisterLocation(tx, request.queue, {request.name, request.location, false});
  for (const cascade::Location& member : members) {
    if (member.node != request.name) RegisterLocation(tx, request.queue, member);
  }
  const cascade::Answer answer = cascade::Call(
      tx, "select * from pgq_node.create_node($1, $2, $3, $4, $5, $6, $7)", request.queue,
      cascade::ToString(request.type), request.name, request.worker, provider.info.name,
      watermark.value(), request.combined_queue.empty() ? nullptr : request.combined_queue.c_str());
  if (answer.failed()) output::ReportAnswer(answer);
  // As it would be the root one day.
  if (request.type == cascade::NodeType::kBranch)
    SetKeyUpdates(tx, request.queue, settings.key_updates);
  if (settings.ddl.mode != "check" && ReadDdlSetting(tx, request.queue).known)
    cascade::Require(cascade::Call(tx, "select * from londiste.local_set_ddl($1, $2, $3)",
                                   request.queue, settings.ddl.mode, settings.ddl.options));
  if (!request.sync_watermark.empty()) {
    WarnOfUnknownNodes(request.sync_watermark, members);
    output::ReportAnswer(
        cascade::Call(tx, "select * from pgq_node.set_node_attrs($1, $2)", request.queue,
                      pgq::EncodeRow({{"sync_watermark", request.sync_watermark}})));
  }
  tables::RegisterGlobalObjects(tx, request.queue, objects,
                                tables::RegistrationFilters(context.settings));
  output::CommitAndReport(tx, answer);
}

}  // namespace

// The provider, the root (unset when that is the provider), and whether a killed run has registered
// us.
struct CascadeJoin::Checked {
  RemoteNode provider;
  std::optional<RemoteNode> root_elsewhere;
  RemoteNode& root() { return root_elsewhere ? *root_elsewhere : provider; }
  NameState name = NameState::kFree;
};

CascadeJoin::CascadeJoin(const CommandContext& context, const NodeRequest& request)
    : context_(context), request_(request), checked_(std::make_unique<Checked>()) {
  checked_->provider = OpenNode(context, request.queue, request.provider_location, "provider");
  checked_->root_elsewhere = FindRoot(context, request, checked_->provider);
}
CascadeJoin::~CascadeJoin() = default;

void CascadeJoin::CheckNew() {
  const RemoteNode& provider = checked_->provider;
  if (provider.info.type == cascade::NodeType::kLeaf) {
    throw base::Error(
        "Cannot subscribe to leaf node",
        "Node \"" + provider.info.name + "\" is a leaf; name a root or a branch as provider.");
  }
  checked_->name = CheckName(Members(*checked_->root().connection, request_.queue), request_,
                             checked_->root().info.name);
  CheckWorkerName(*provider.connection, request_);
}

void CascadeJoin::CheckKnown(const cascade::NodeInfo& existing) {
  const RemoteNode& root = checked_->root();
  const auto members = Members(*root.connection, request_.queue);
  if (std::any_of(members.begin(), members.end(),
                  [&](const auto& member) { return member.node == existing.name; }))
    return;
  throw base::Error("node \"" + existing.name + "\" is initialized in this database, but root \"" +
                        root.info.name + "\" does not know it: it was dropped there",
                    "Clean this database with drop-node " + existing.name +
                        " (the tables stay), then repeat this command.");
}

void CascadeJoin::Join(NodeSession& session) {
  RemoteNode& root = checked_->root();
  if (checked_->name == NameState::kFree) {
    pqxx::work tx(*root.connection);
    RegisterLocation(tx, request_.queue, {request_.name, request_.location, false}, root.info.name);
    tx.commit();
  } else {
    spdlog::info("Node '{}' is already registered: continuing its unfinished creation",
                 request_.name);
  }
  try {
    base::HitFailpoint(base::Failpoint::create_after_root_knows);
    pgq::TickId watermark = Subscribe(checked_->provider, request_);
    base::HitFailpoint(base::Failpoint::create_after_subscription);
    CreateLocalNode(context_, session, request_, checked_->provider,
                    Members(*root.connection, request_.queue), watermark);
  } catch (...) {
    spdlog::warn(
        "node \"{0}\" is not complete: run the same command again to finish it, or remove it with "
        "drop-node {0} on its provider",
        request_.name);
    throw;
  }
}

}  // namespace londiste::node
