// By what a worker knows that its provider still has the tick at which the node stands: the time of
// that tick, kept in pgq_node.position_proof with the position (tick_proof.h says why). The check
// needs no memory of an earlier failure: a tick with another time under the same number stays
// another one, however far the provider's numbers get.
//
// Owned by the worker's loop, or made for one look by a command; one thread. Nodes of SkyTools have
// no such table: there the worker knows what it has seen itself since it started.
#pragma once

#include <optional>
#include <string>

#include "cascade/node.h"
#include "cascade/provider_tick.h"
#include "cascade/tick_proof.h"
#include "pg/connection.h"
#include "pgq/batch.h"

namespace cascade {

class PositionProof {
 public:
  PositionProof(std::string queue, std::string consumer)
      : queue_(std::move(queue)), consumer_(std::move(consumer)) {}

  // A new session with the node: what it has stored is read again.
  void NodeConnected(pg::Connection& local);
  // The node stands at `completed`: reads what is stored for it, unless that is known.
  void PositionIs(pg::Connection& local, pgq::TickId completed);

  // A new session with a provider. Asks it for the tick of the position; where the node knew none,
  // the provider's is stored. Throws ProviderLostTime.
  void ProviderConnected(pg::Connection& provider, const NodeInfo& node,
                         const std::string& provider_node, pg::Connection& local);
  // Whether that tick is the one between the batch and the node's position; asks the provider only
  // where it is not. REQUIRES: ProviderConnected. Throws ProviderLostTime.
  void CheckBatch(const pgq::Batch& batch, pg::Connection& provider) const;
  // The provider has the very tick; false when nothing is known of it. Throws ProviderLostTime.
  bool FoundAt(pg::Connection& provider) const;

  // What to store with the position after `batch`; nullptr where the node keeps none. Valid until
  // the next call.
  const TickProof* For(const pgq::Batch& batch);
  // The position after that batch is stored.
  void Moved(const pgq::Batch& batch);

 private:
  TickProof ProofOf(const pgq::Batch& batch) const;
  bool IsAnother(const std::string& time, std::int64_t event_seq) const;
  [[noreturn]] void Raise(const ProviderTick& seen) const;

  std::string queue_, consumer_;
  bool kept_ = false;  // the node has the table, for this role
  pgq::TickId completed_;
  std::optional<TickProof> known_;  // of that tick
  TickProof next_;
  // Of the provider's session:
  std::string node_, provider_node_;
  NodeType type_ = NodeType::kLeaf;
  ServerHistory server_;
};

// `node "n" is ahead of its provider "p" by 12 ticks (3.2 s): …`, for the tick `known` that the
// provider does not have.
std::string DescribeLostTime(const std::string& node, const std::string& provider,
                             const TickProof& known, const ProviderTick& seen,
                             const ServerHistory& server);

}  // namespace cascade
