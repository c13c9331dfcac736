#include "pgq/exactly_once.h"

#include <utility>

#include "base/error.h"
#include "pgq/session_state.h"

namespace pgq {
namespace {

// A batch is finished at the queue for good once the target's commit was reported: that must then
// be on disk.
constexpr const char* kFlushCommits =
    "select pg_catalog.set_config('synchronous_commit', 'on', false) "
    "where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) any "
    "('{off,local}'::pg_catalog.text[])";

// False: done before. The row stays locked until the end of the transaction, so that a second
// process with the same batch waits for the outcome.
bool MarkDone(pqxx::transaction_base& target, const std::string& consumer,
              const ActiveBatch& batch) {
  return target
      .exec_params1("select pgq_ext.set_batch_done($1, $2, $3)", consumer,
                    batch.source().subconsumer, batch.id().value())[0]
      .as<bool>();
}

// The same by ticks. There may be no row to lock yet, so the lock is on the name; what is stored is
// read in a statement of its own, which sees what the process before committed.
bool MarkTickDone(pqxx::transaction_base& target, const std::string& consumer,
                  const ActiveBatch& batch) {
  target.exec_params("select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))",
                     "pgq_ext " + consumer);
  const pqxx::row stored = target.exec_params1("select pgq_ext.get_last_tick($1)", consumer);
  if (!stored[0].is_null()) {
    const TickId last(stored[0].as<std::int64_t>());
    if (last == batch.batch().tick) return false;
    if (last != batch.batch().prev_tick)
      throw base::Error("Lost position: batch " + ToString(batch.batch().prev_tick) + ".." +
                            ToString(batch.batch().tick) + " of consumer \"" + consumer +
                            "\", the target has tick " + ToString(last),
                        "The consumer was moved, or one of the two databases was set back to an "
                        "older state.");
  }
  target.exec_params("select pgq_ext.set_last_tick($1, $2)", consumer, batch.batch().tick.value());
  return true;
}

}  // namespace

ExactlyOnce::ExactlyOnce(pg::ConnectOptions target, base::Interrupt& interrupt,
                         std::string consumer_id, Remember remember)
    : options_(std::move(target)),
      interrupt_(interrupt),
      consumer_id_(std::move(consumer_id)),
      remember_(remember) {}

ExactlyOnce::~ExactlyOnce() = default;

ExactlyOnce::Outcome ExactlyOnce::Process(ActiveBatch& batch, const Apply& apply) {
  if (batch.source().may_be_taken_over)
    throw base::Error(
        "a batch that another subconsumer may take over cannot be applied exactly once",
        "Leave the dead interval unset.");
  if (remember_ == Remember::kTick && !batch.source().subconsumer.empty())
    throw base::Error("ticks do not tell which batches of a subconsumer were applied",
                      "Remember batches.");
  const std::string& consumer = consumer_id_.empty() ? batch.source().consumer : consumer_id_;
  try {
    if (!connection_) {
      auto connection = std::make_unique<pg::Connection>(options_, interrupt_);
      pg::ExecAutocommit(*connection, kFlushCommits);
      connection_ = std::move(connection);
    }
    pqxx::work target(*connection_);
    const bool is_new = remember_ == Remember::kTick ? MarkTickDone(target, consumer, batch)
                                                     : MarkDone(target, consumer, batch);
    if (!is_new) return Outcome::kWasDone;
    apply(target);
    batch.StoreRetries();  // before the commit: a batch that was done is not asked again
    target.commit();
    return Outcome::kApplied;
  } catch (...) {
    if (connection_ && !IsReusable(*connection_)) connection_.reset();
    throw;
  }
}

}  // namespace pgq
