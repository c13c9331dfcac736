// What most commands start with: the local database, the node of the configured queue in it, and
// its provider.
//
// Lives for one command, on the main thread. Nothing is opened before it is asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cascade/node.h"
#include "londiste/commands/command.h"
#include "pg/connection.h"

namespace londiste::commands {

// How a command connects to the node's own database, and to that of another node
// (remote_extra_connstr is added there).
pg::ConnectOptions LocalOptions(const Context& context);
pg::ConnectOptions RemoteOptions(const Context& context, const std::string& connstr);

// Opens a connection to another node. `whose` begins the error message: `provider node "node1":
// could not connect to "...": ...`.
std::unique_ptr<pg::Connection> ConnectRemote(const Context& context, const std::string& connstr,
                                              const std::string& whose);

class NodeSession {
 public:
  explicit NodeSession(const Context& context) : context_(context) {}

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

 private:
  const Context& context_;
  std::unique_ptr<pg::Connection> local_, provider_;
  bool node_loaded_ = false;
  std::optional<cascade::NodeInfo> node_;
};

// Logs what a pgq_node or londiste function answered, by its code: 1xx debug, 2xx info, 3xx
// warning; throws base::Error(note) from 400. `node`: where it ran, when that is another node;
// becomes the prefix `[node] `. `hint`: goes with the error.
void Report(const cascade::Answer& answer, const std::string& node = {},
            const std::string& hint = {});

// The same, but commits before it says that something was done, and not at all when it failed.
void CommitAndReport(pqxx::work& tx, const cascade::Answer& answer, const std::string& node = {},
                     const std::string& hint = {});

}  // namespace londiste::commands
