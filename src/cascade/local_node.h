// The session of a node's worker, or of a plain consumer, with the node's database: node and
// consumer state, the handshake with administrative commands, stored errors.
#pragma once

#include <optional>
#include <string>

#include "base/interrupt.h"
#include "cascade/node.h"
#include "pg/connection.h"

namespace cascade {

class LocalNode {
 public:
  enum class Role { kWorker, kPlainConsumer };

  // Connects. The session commits durably whatever the role's or database's settings say. Throws
  // pg::ConnectFailed.
  LocalNode(const pg::ConnectOptions& options, base::Interrupt& interrupt, std::string queue,
            std::string consumer, Role role = Role::kWorker);

  // Reads node and consumer state; tells waiting commands that this worker has seen it (uptodate).
  // The session of a worker that applies batches then has role replica. Throws base::Error when
  // there is no such node or consumer, or the consumer has the other role.
  void Refresh();

  // Positions in it (watermarks, worker_last_tick) are older than the last Refresh, perhaps.
  const NodeInfo& node() const { return node_; }
  const ConsumerState& consumer() const { return consumer_state_; }
  pg::Connection& connection() { return connection_; }
  // The functions of the node's schema that change its state notify the worker; SkyTools' do not.
  bool announces_changes() const { return announces_changes_; }

  // A command asks the worker to stand still (pgq_node.hold_consumer), as of the last Refresh.
  struct Hold {
    std::optional<pgq::TickId> at;  // it may go on up to there, by batches of one tick
    bool StopsBehind(pgq::TickId position) const { return !at || position >= *at; }
  };
  const std::optional<Hold>& hold() const { return hold_; }

  // Stores the message for `status` to show; nullptr clears it.
  void StoreError(const char* message);
  void ClearError() {
    if (consumer_state_.error) StoreError(nullptr);
  }

 private:
  // What Refresh reads, told by the tables themselves for a fraction of the cost.
  struct ShortState {
    std::string state;  // all but positions; empty: it takes ReadAll to tell
    std::optional<pgq::TickId> completed_tick;
    bool may_be_held = true;
  };

  void PrepareSession();
  ShortState ReadShortState();
  void ReadAll();
  void ReadHold(pqxx::transaction_base& tx);
  void Acknowledge();
  pg::Connection connection_;
  std::string queue_, consumer_name_;
  const Role role_;
  NodeInfo node_;
  ConsumerState consumer_state_;
  std::string state_read_;  // as of the ShortState before node_ and consumer_state_ were read
  std::optional<Hold> hold_;
  bool has_schema_ = false, announces_changes_ = false, has_holds_ = false;
  bool may_read_tables_ = true, replica_ = false;
};

}  // namespace cascade
