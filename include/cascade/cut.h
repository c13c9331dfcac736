// Two nodes of a queue at one moment: transactions on both that see the same rows of every
// replicated table, while writers and workers go on.
//
// The moment is a tick. On the root one is made whose snapshot is the transaction's own
// (pgq.snapshot_tick); on a branch it is the tick behind which its position stands, which changes
// with the rows. The worker of the node below is asked to stop behind that tick until the
// transactions there have begun (pgq_node.hold_consumer), some milliseconds when it is not behind.
// Nobody waits for a lock. What is left when the process dies goes by itself.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "cascade/node.h"
#include "pg/connection.h"
#include "pgq/ids.h"

namespace cascade {

// A session within a transaction that reads a snapshot. Belongs to one thread at a time.
class SnapshotReader {
 public:
  explicit SnapshotReader(std::unique_ptr<pg::Connection> connection)
      : connection_(std::move(connection)) {}

  // Ends the transaction, if there is one, and begins the next; no snapshot is taken.
  void Begin();
  // REQUIRES: the session that exported `snapshot` is still in its transaction.
  void Import(const std::string& snapshot);
  void End() { tx_.reset(); }

  pg::Connection& connection() { return *connection_; }
  // REQUIRES: Begin.
  pqxx::transaction_base& tx() { return *tx_; }

 private:
  std::unique_ptr<pg::Connection> connection_;
  std::unique_ptr<pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>> tx_;
};

// One of the two nodes.
struct CutSide {
  std::string node;         // for messages
  pg::Connection& control;  // no transaction open
  std::vector<std::unique_ptr<SnapshotReader>>& readers;
};

struct CutOptions {
  std::string queue;
  // In the transaction that is going to be shared, on a node that is not the root: false when part
  // of a batch is applied.
  std::function<bool(pqxx::transaction_base& tx)> holds_whole_batches;
  // How long the worker may need to reach the tick.
  base::Duration patience{std::chrono::minutes(1)};
  std::function<void(const std::string& line)> remind;  // every ten seconds of waiting
};

struct Cut {
  pgq::TickId tick{0};
  std::string time;  // when it was made, timestamptz text of the node above
};

// Thrown when the two cannot be brought to one tick in time.
class NoCut : public base::Error {
 public:
  using Error::Error;
};

// `above` is an ancestor of `below`: the root, or a branch. Afterwards all readers are in a
// transaction. Throws NoCut.
Cut TakeCut(const CutSide& above, const CutSide& below, const CutOptions& options);

}  // namespace cascade
