// The consumer of a table copy, `<worker's consumer>.copy.<table>`: registered on the source's
// queue, with its position in pgq_node.local_state here.
//
// The local row is written after the registration and removed after the unregistration, so it
// always names what may still stand at the source.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pgq/ids.h"

namespace londiste::copy_thread {

std::string CopyConsumerName(const std::string& consumer, const std::string& table);

class CopyConsumer {
 public:
  CopyConsumer(std::string queue, std::string name)
      : queue_(std::move(queue)), name_(std::move(name)) {}
  const std::string& name() const { return name_; }

  // At the source's newest tick; what an earlier copy left there is dropped with its position.
  // REQUIRES: no transactions open.
  pgq::TickId Register(pg::Connection& source, const std::string& source_node,
                       pg::Connection& target) const;
  void Unregister(pg::Connection& source, pg::Connection& target) const;
  void UnregisterSource(pg::Connection& source) const;
  void UnregisterTarget(pg::Connection& target) const;

  struct Position {
    pgq::TickId completed;
    std::string source_node;
    std::optional<std::string> source_location;  // nothing when the node is gone
  };
  std::optional<Position> Find(pg::Connection& target) const;
  // The source still holds the consumer where `position` says, or with the batch behind it finished
  // here and not there.
  bool StandsAt(pg::Connection& source, pgq::TickId position) const;
  // The source is the server that was copied from, with the same past: what the snapshot of the
  // COPY saw is there, and the transaction ids in it mean the same. True where nothing was stored.
  bool SamePast(pg::Connection& source, pg::Connection& target) const;

  // For status and node-info: stored on the consumer, which is registered (without meaning for its
  // position) when it is not there yet.
  void StoreError(pg::Connection& target, const std::string& provider_node,
                  const std::string& message) const;

 private:
  std::string queue_, name_;
};

struct LeftoverConsumer {
  std::string name;
  std::string table;
  std::string source_location;
};
// All consumers of copies for `consumer` in local_state.
std::vector<LeftoverConsumer> FindCopyConsumers(pqxx::transaction_base& target,
                                                const std::string& queue,
                                                const std::string& consumer);

}  // namespace londiste::copy_thread
