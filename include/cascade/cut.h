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

#include "base/clock.h"
#include "base/error.h"
#include "pg/connection.h"
#include "pg/snapshot_reader.h"
#include "pgq/ids.h"

namespace cascade {

// One of the two nodes.
struct CutSide {
  std::string node;         // for messages
  pg::Connection& control;  // no transaction open
  std::vector<std::unique_ptr<pg::SnapshotReader>>& readers;
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

// The worker of the node below goes its own way: it is not of this version.
class NotHeld : public NoCut {
 public:
  using NoCut::NoCut;
};

// What is needed for TakeCut and AtTick: functions of this version on both nodes, unless the node
// above is a branch. Throws base::Error for what is needed in any case.
bool CanTakeCut(const CutSide& above, const CutSide& below, const std::string& queue);

// The way of SkyTools, for nodes of its: writers of one table wait, by `lock` (a statement for a
// transaction on the root), until the node below has applied what they had written; the lock is not
// asked for before ticks are made and it follows. Only this table is the same on both sides. `time`
// of the result is "" where the tick is not known there any more.
Cut TakeCutUnderLock(const CutSide& above, const CutSide& below, const CutOptions& options,
                     const std::string& lock);

// `above` is an ancestor of `below`: the root, or a branch. Afterwards all readers are in a
// transaction. Throws NoCut, NotHeld.
Cut TakeCut(const CutSide& above, const CutSide& below, const CutOptions& options);

// Calls `work` while the worker stands behind the tick that the readers above see, with no
// transaction open on the control session below; `below.readers` are left alone. It must make sure
// itself, in its transaction, that the node is there (StandsAt), and return false when it is
// not: then all is done again, a few times. Throws NoCut, NotHeld.
using WorkAtTick = std::function<bool(const Cut& cut)>;
void AtTick(const CutSide& above, const CutSide& below, const CutOptions& options,
            const WorkAtTick& work);

// True: the node stands behind the tick, with whole batches, and stays there until the end of the
// transaction, which may write what the worker writes.
bool StandsAt(pqxx::transaction_base& tx, const CutOptions& options, pgq::TickId tick);

}  // namespace cascade
