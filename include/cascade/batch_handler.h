// What an application does with the batches of a cascaded queue. cascade::Worker or
// cascade::Consumer (and, for a loop of one's own, cascade::ApplyBatch) keeps the position, the
// exactly-once protocol, branch copies, watermarks and locations; the handler sees everything else.
//
// A handler belongs to the thread that applies batches; every method is called on it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cascade/node.h"
#include "cascade/tick_proof.h"
#include "pg/connection.h"
#include "pgq/batch.h"

namespace cascade {

struct BatchContext {
  const NodeInfo& node;
  const pgq::Batch& batch;
  pg::Connection& target;
  // Of the batch's tick, to be stored with the position; the node's schema keeps proofs then.
  const TickProof* proof = nullptr;
};

class BatchHandler {
 public:
  virtual ~BatchHandler() = default;

  // Worker and Consumer: a new session to the target was opened (nothing prepared in an older one
  // exists), and: it is about to be closed.
  virtual void TargetConnected(pg::Connection& /*target*/) {}
  virtual void TargetClosing() {}

  // Worker and Consumer: a session to a provider was opened, from which the next batches come.
  virtual void ProviderConnected(pg::Connection& /*provider*/) {}

  // Before each next_batch; no transaction is open anywhere. `completed` is the main position.
  // Returns how large a batch may be.
  virtual pgq::BatchSize BeforeNextBatch(const NodeInfo& node, pgq::TickId completed,
                                         pg::Connection& target) = 0;
  // Worker only, elsewhere: before each batch is asked for, no transaction open on either side,
  // with the session to the provider. Returns when to call it again at the latest.
  virtual base::Duration BetweenBatches(const NodeInfo& /*node*/, pg::Connection& /*provider*/,
                                        pg::Connection& /*target*/) {
    return base::Duration(600'000);
  }
  // Worker only: something is under way that ends by itself, and may need batches that are still to
  // come. One that does not loop waits for it.
  virtual bool Unfinished() const { return false; }
  // Worker only, on a root node, which has no batches: at start, when woken, and when the returned
  // time has passed.
  virtual base::Duration OnRoot(const NodeInfo& /*node*/, pg::Connection& /*target*/) {
    return base::Duration(60'000);
  }

  // SQL condition on event columns for reading at the provider, or "" for all. (Cascade events must
  // pass.)
  virtual std::string EventFilter() const = 0;
  // The same for the queue's bookkeeping alone: events that change no rows, may be handled again,
  // and are of interest even where the rows come another way.
  virtual std::string BookkeepingFilter() const { return "ev_type like 'pgq.%'"; }
  // An event that is none of `pgq.*` is about to go on: on a branch into its own queue, or into the
  // queue that this one is merged into. False: it stays behind. May change the event; text that it
  // points to then must stay valid until the next call. Called before Apply for the same event.
  enum class Onward { kOwnQueue, kCombinedQueue };
  // PassesOn for the events behind this one has to wait until this one is applied.
  virtual bool ChangesWhatPassesOn(const pgq::Event& /*event*/) { return false; }
  virtual bool PassesOn(pgq::Event& /*event*/, Onward /*where*/) { return true; }
  // A batch is in hand that is not applied yet; nothing is open on the target. May wait, and commit
  // work of its own.
  virtual void OnBatch(const BatchContext& context) = 0;
  // The target transaction, with session_replication_role = replica for a Worker: Begin, Apply
  // (several times, in event order, without `pgq.*` events), Finish. Whatever they throw rolls the
  // whole batch back. Apply may leave statements under way on the target; the events of a call stay
  // valid until the next call of Apply, Flush or Finish has returned.
  virtual void Begin(const BatchContext& context, pqxx::transaction_base& tx) = 0;
  virtual void Apply(const BatchContext& context, pqxx::transaction_base& tx,
                     std::span<const pgq::Event> events) = 0;
  // An event of the queue's own bookkeeping that says nothing to this version, or not what it
  // should. Its batch goes on without it, and may yet be rolled back.
  virtual void Unusable(const BatchContext& /*context*/, const pgq::Event& /*event*/,
                        const std::string& /*reason*/) {}
  // Everything given so far must have been executed and the session be free for other statements
  // when this returns.
  virtual void Flush(const BatchContext& /*context*/, pqxx::transaction_base& /*tx*/) {}
  virtual void Finish(const BatchContext& context, pqxx::transaction_base& tx) = 0;
  // This event must not share a transaction with what comes before it. The transaction then ends
  // with what was applied so far: StopBefore instead of Finish, which must note in the same
  // transaction how far the batch is applied; the position stays. The batch comes again, and
  // EventFilter must leave out what is applied of it.
  virtual bool StopsBefore(const pgq::Event& /*event*/) { return false; }
  virtual void StopBefore(const BatchContext& /*context*/, pqxx::transaction_base& /*tx*/,
                          const pgq::Event& /*event*/) {}
  // After the target's commit of a whole batch is on disk.
  virtual void Committed(const BatchContext& context) = 0;
  // Called instead of Committed when the transaction did not commit (also when the connection
  // died).
  virtual void RolledBack() = 0;
};

struct BatchStats {
  std::int64_t events = 0;
  bool node_changed = false;                      // locations or watermarks came with the batch
  std::optional<pgq::TickId> global_watermark{};  // of the queue, the last that came
  std::vector<std::string> warnings;              // for the log
  std::chrono::milliseconds duration{0};
};

enum class BatchOutcome {
  kApplied,
  kPartlyApplied,  // up to an event that StopsBefore named: to be given again
  kAlreadyApplied,
};

// Rules 1 and 3 of the exactly-once protocol for one batch of one consumer: compares the batch with
// `completed`; when it is not applied yet, calls handler.OnBatch, applies it in one target
// transaction together with the new position, and calls handler.Committed. Does not finish the
// batch at the provider, and publishes nothing unless `event_copy` is set. `consumer` = the
// node's worker handles `pgq.*` events, any other consumer skips them. The position is checked
// again under its row lock before the commit, so of two processes that apply the same batch one
// rolls back. REQUIRES: no transaction open on either side; with `event_copy` the target session
// has role replica. Throws base::Error `Lost position: batch P..C, dst has D`.
//
// `opened` has events that came with the batch; they are used if handler.EventFilter is still what
// they were read with.
class EventCopy;
BatchOutcome ApplyBatch(const BatchContext& context, const std::string& consumer,
                        pgq::TickId completed, pg::Connection& provider, BatchHandler& handler,
                        const pgq::ReadOptions& reading, EventCopy* event_copy, BatchStats* stats,
                        std::unique_ptr<pgq::BatchReader> opened = {});

// The bookkeeping of a batch that the target holds already, from elsewhere: in one transaction,
// which leaves the position alone. handler.OnBatch and Committed are not called.
void ApplyBookkeeping(const BatchContext& context, const std::string& consumer,
                      pg::Connection& provider, BatchHandler& handler,
                      const pgq::ReadOptions& reading, BatchStats& stats);

}  // namespace cascade
