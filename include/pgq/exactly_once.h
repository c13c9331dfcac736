// Events into another database, each batch exactly once: the batch is marked done in the target, by
// schema pgq_ext, in the transaction that writes its effects.
//
//   pgq::ExactlyOnce once(target_options, interrupt);
//   consumer.Run([&](pgq::ActiveBatch& batch) {
//     once.Process(batch, [&](pqxx::transaction_base& target) { ... });
//   });
//
// A crash before the target's commit repeats the batch; one after it, before the batch is finished
// at the queue, is noticed when the batch comes again: it is skipped.
//
// Limits. Effects outside the target transaction are repeated. Retries are stored at the queue just
// before the target's commit: after a crash between the two the batch comes again and so does the
// retried event, which is then seen twice if the handler takes it this time. The queue's database
// must not be set back to an older state, since batch numbers would come a second time
// (Remember::kTick notices).
//
// Belongs to the consumer's thread; holds one connection, opened at the first batch and again after
// it was lost.
#pragma once

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "pgq/active_batch.h"

namespace pgq {

class ExactlyOnce {
 public:
  enum class Outcome { kApplied, kWasDone };
  // Writes the batch's effects; must not commit. What it throws undoes them.
  using Apply = std::function<void(pqxx::transaction_base& target)>;

  // How the target knows what was applied: by the batch's number, or by the tick that it ends with
  // (as SkyTools' queue_mover does). A tick also tells that batches are missing between: after the
  // consumer was moved, or one of the databases set back, Process throws base::Error `Lost
  // position: …`. Not for subconsumers, whose batches do not follow each other.
  enum class Remember { kBatch, kTick };

  // `consumer_id`: under which the target remembers the batch; "": the consumer's name. pgq_ext
  // knows no queues: of two queues that feed one target, consumers must differ in it. The role
  // needs pgq_writer in the target.
  ExactlyOnce(pg::ConnectOptions target, base::Interrupt& interrupt, std::string consumer_id = {},
              Remember remember = Remember::kBatch);
  ~ExactlyOnce();
  ExactlyOnce(const ExactlyOnce&) = delete;
  ExactlyOnce& operator=(const ExactlyOnce&) = delete;

  // kWasDone: `apply` was not called. Throws what `apply` throws, pg::ConnectFailed,
  // pqxx::sql_error, pqxx::broken_connection, pqxx::in_doubt_error; base::Error for a batch that
  // another subconsumer may take over (Subconsumer::dead_interval), since the target remembers one
  // batch for each subconsumer. Without a dead interval, subconsumers are fine.
  Outcome Process(ActiveBatch& batch, const Apply& apply);

  // That of the target's transaction, for COPY. REQUIRES: inside `apply`.
  pg::Connection& connection() { return *connection_; }

 private:
  pg::ConnectOptions options_;
  base::Interrupt& interrupt_;
  std::string consumer_id_;
  const Remember remember_;
  std::unique_ptr<pg::Connection> connection_;
};

}  // namespace pgq
