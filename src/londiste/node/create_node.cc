#include "londiste/node/create_node.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/failpoint.h"
#include "londiste/node/install_schemas.h"
#include "londiste/node/join_cascade.h"
#include "londiste/node/key_updates.h"
#include "londiste/node/node_session.h"
#include "londiste/node/public_connstr.h"
#include "londiste/node/register_location.h"
#include "londiste/output/answer_log.h"
#include "pg/conninfo.h"

namespace londiste::node {
namespace {

NodeRequest ReadRequest(const CommandContext& context, cascade::NodeType type) {
  if (context.arguments.size() > 2) {
    throw base::UsageError("Too many args, only node name and public connect string allowed");
  }
  NodeRequest request;
  request.type = type;
  request.queue = context.settings.text("queue_name");
  request.worker = context.settings.text("consumer_name");
  request.name =
      context.arguments.size() > 0 ? context.arguments[0] : context.settings.text("node_name");
  request.location = context.arguments.size() > 1 ? context.arguments[1]
                                                  : context.settings.text("public_node_location");
  if (request.name.empty())
    throw base::UsageError("Node name must be given either in command line or config",
                           "Its setting in the configuration file is node_name.");
  if (LooksLikeConnstr(request.name)) {
    throw base::UsageError("the node's name comes first, then its connection string: \"" +
                           pg::RedactConnstr(request.name) + "\" is no name");
  }
  if (request.location.empty()) {
    throw base::UsageError(
        "Node public location must be given either in command line or config",
        "It is the connection string by which the other nodes reach this database; its setting in "
        "the configuration file is public_node_location.");
  }
  RequireConnstr("the public connect string", request.location);
  request.provider_location = context.options.Value("provider");
  if (context.options.Has("merge") && type != cascade::NodeType::kLeaf)
    throw base::UsageError("--merge can be used only for leafs");
  if (context.options.Has("sync-watermark") && type != cascade::NodeType::kBranch)
    throw base::UsageError("--sync-watermark can be used only for branch nodes");
  request.combined_queue = context.options.Value("merge");
  request.sync_watermark = context.options.Value("sync-watermark");
  if (type == cascade::NodeType::kRoot) {
    if (!request.provider_location.empty())
      throw base::UsageError("a root node has no provider: --provider is for branches and leafs");
  } else {
    if (request.provider_location.empty())
      request.provider_location = context.settings.text("initial_provider_location");
    if (request.provider_location.empty()) {
      throw base::UsageError(
          "Please specify --provider",
          "Its value is the connection string of the node that this one reads from.");
    }
    RequireConnstr("--provider", request.provider_location);
  }
  return request;
}

// Read before anything is installed.
std::optional<cascade::NodeInfo> FindExisting(NodeSession& session) {
  {
    pqxx::work tx(session.local());
    if (tx.exec1("select pg_catalog.to_regprocedure('pgq_node.get_node_info(text)')")[0].is_null())
      return std::nullopt;
  }
  return session.FindNode();
}

// Before anything is registered elsewhere.
void CheckCombined(NodeSession& session, const NodeRequest& request) {
  if (request.combined_queue.empty()) return;
  const char* const hint =
      "Create the combined queue's node in this database first, with create-root or create-branch "
      "and a configuration file of its own.";
  if (request.combined_queue == request.queue)
    throw base::Error("queue \"" + request.queue + "\" cannot be merged into itself", hint);
  pqxx::work tx(session.local());
  const auto combined = cascade::GetNodeInfo(tx, request.combined_queue);
  if (!combined || combined->type == cascade::NodeType::kLeaf)
    throw base::Error("non-existing queue on leaf side: " + request.combined_queue, hint);
}

void CheckExisting(const cascade::NodeInfo& existing, const NodeRequest& request) {
  const bool same = existing.name == request.name && existing.type == request.type;
  if (same && existing.combined_queue.value_or("") != request.combined_queue)
    throw base::Error("node \"" + existing.name + "\" exists, and is merged into " +
                          (existing.combined_queue ? "queue \"" + *existing.combined_queue + "\""
                                                   : std::string("no queue")) +
                          ": nothing was changed",
                      "Remove it with drop-node " + existing.name + ", then repeat this command.");
  if (same) return;
  const std::string type(cascade::ToString(existing.type));
  throw base::Error(
      "this database is node \"" + existing.name + "\" (" + type + ") of queue \"" + request.queue +
          "\", not \"" + request.name + "\" (" + std::string(cascade::ToString(request.type)) +
          "): nothing was changed",
      "Use another database, or remove the existing node with drop-node " + existing.name + ".");
}

void CreateRootNode(NodeSession& session, const NodeRequest& request) {
  pqxx::work tx(session.local());
  RegisterLocation(tx, request.queue, {request.name, request.location, false});
  const cascade::Answer answer =
      cascade::Call(tx, "select * from pgq_node.create_node($1, 'root', $2, $3, null, null, null)",
                    request.queue, request.name, request.worker);
  if (!answer.failed()) SetKeyUpdates(tx, request.queue, "replicate");
  output::CommitAndReport(tx, answer);
}

}  // namespace

// Whatever can be wrong is found before the first change.
int CreateNode(CommandContext& context, cascade::NodeType type) {
  NodeRequest request = ReadRequest(context, type);
  NodeSession session(context);
  session.local();
  WarnOfMissingHost(request.location);
  const std::optional<cascade::NodeInfo> existing = FindExisting(session);
  if (existing) CheckExisting(*existing, request);
  if (!existing && !context.options.Has("nocheck"))
    VerifyPublicConnstr(context, session.local(), request.location);
  if (!existing) CheckCombined(session, request);
  std::optional<CascadeJoin> entry;
  if (type != cascade::NodeType::kRoot) entry.emplace(context, request);
  if (entry && existing) entry->CheckKnown(*existing);
  if (entry && !existing) entry->CheckNew();

  InstallMissingSchemas(session.local());
  base::HitFailpoint(base::Failpoint::create_after_installation);
  if (existing) {
    spdlog::info("Node is already initialized as {}", cascade::ToString(existing->type));
    return 0;
  }
  if (entry) {
    entry->Join(session);
  } else {
    CreateRootNode(session, request);
  }
  base::HitFailpoint(base::Failpoint::create_after_local_node);
  spdlog::info("Done");
  return 0;
}

}  // namespace londiste::node
