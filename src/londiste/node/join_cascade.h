// Adds a branch or leaf to an existing cascade.
#pragma once

#include <memory>
#include <string>

#include "cascade/node.h"
#include "londiste/node/node_session.h"

namespace londiste::node {

struct NodeRequest {
  cascade::NodeType type = cascade::NodeType::kRoot;
  std::string queue, name, worker;
  std::string location;           // public connect string of the new node
  std::string provider_location;  // "" for a root
  std::string combined_queue;     // that a leaf is merged into; "" for none
  std::string sync_watermark;     // nodes that a branch keeps in step with; "": it follows the root
};

// A cascade that a new node is to enter. Lives for one command.
class CascadeJoin {
 public:
  // Connects to the provider and the root; changes nothing. Throws when one cannot be reached or
  // has no node of the queue. Both references must outlive the object.
  CascadeJoin(const CommandContext& context, const NodeRequest& request);
  ~CascadeJoin();

  // The node does not exist here yet: throws base::Error `Node 'x' already exists` and the like.
  void CheckNew();
  // It does: throws base::Error when the root does not know it, because it was dropped there.
  void CheckKnown(const cascade::NodeInfo& existing);
  // Registers the node at the root, subscribes it at the provider, then makes the local node with
  // all locations, tables and sequences in one transaction. Takes up where a killed run left off.
  // REQUIRES: CheckNew.
  void Join(NodeSession& session);

 private:
  struct Checked;
  const CommandContext& context_;
  const NodeRequest& request_;
  std::unique_ptr<Checked> checked_;
};

}  // namespace londiste::node
