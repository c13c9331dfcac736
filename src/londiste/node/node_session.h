// What most commands start with: the local database, the node of the configured queue in it, and
// its provider.
//
// Lives for one command, on the main thread. Nothing is opened before it is asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cascade/node.h"
#include "londiste/node/command_context.h"
#include "pg/connection.h"

namespace londiste::node {

// How a command connects to the node's own database, and to that of another node
// (remote_extra_connstr is added there).
pg::ConnectOptions LocalOptions(const CommandContext& context);
pg::ConnectOptions RemoteOptions(const CommandContext& context, const std::string& connstr);

// Opens a session under an interrupt of the caller's. `whose` begins the error message.
std::unique_ptr<pg::Connection> ConnectAs(const pg::ConnectOptions& options,
                                          base::Interrupt& interrupt, const std::string& whose);
// Opens a connection to another node. `whose` begins the error message: `provider node "node1":
// could not connect to "...": ...`.
std::unique_ptr<pg::Connection> ConnectRemote(const CommandContext& context,
                                              const std::string& connstr, const std::string& whose);

class NodeSession {
 public:
  explicit NodeSession(const CommandContext& context) : context_(context) {}

  const std::string& queue() const { return context_.settings.text("queue_name"); }
  pg::Connection& local();
  // nullopt when this database has no node of the queue. Read once.
  const std::optional<cascade::NodeInfo>& FindNode();
  // Throws base::Error `Unknown queue: q`.
  const cascade::NodeInfo& node();
  bool is_root() { return node().type == cascade::NodeType::kRoot; }
  // For commands that change other nodes: throws base::Error when this database is a copy of the
  // node's. Warns when that cannot be told.
  void RequireOwnDatabase();
  // REQUIRES: !is_root().
  pg::Connection& provider();
  // Tells this node's worker to look at the database now. After the commit; a failure only costs
  // the worker's next poll.
  void WakeWorker();
  // The same for the workers of all queues that are merged into the same one, and of that one.
  void WakeMergedWorkers();

 private:
  void Wake(const std::vector<std::string>& queues);
  const CommandContext& context_;
  std::unique_ptr<pg::Connection> local_, provider_;
  bool node_loaded_ = false;
  std::optional<cascade::NodeInfo> node_;
};

}  // namespace londiste::node
