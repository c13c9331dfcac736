// What Consumer and CoopConsumer have in common: connect, next batch, handler, end of the batch,
// wait; and again after a failure. How a batch is got and ended is the ConsumerCalls's.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/growing_pause.h"
#include "base/interrupt.h"
#include "pg/connection.h"
#include "pg/error.h"
#include "pg/listener.h"
#include "pgq/active_batch.h"
#include "pgq/consumer.h"

namespace pgq {

// The calls that differ. Without state of a session: used again after a reconnect.
class ConsumerCalls {
 public:
  virtual ~ConsumerCalls() = default;
  // In the caller's transaction.
  virtual void Register(pqxx::transaction_base& transaction) const = 0;
  virtual std::optional<Batch> Next(pg::Connection& connection) const = 0;
  // A statement whose one value is 1, or 0 when the batch is not known any more.
  virtual std::string FinishStatement(BatchId batch) const = 0;
};

class ConsumerLoop {
 public:
  // `source`: what the handler is told of the batch.
  ConsumerLoop(ConsumerOptions options, ActiveBatch::Source source,
               std::unique_ptr<ConsumerCalls> calls, base::Interrupt& interrupt);
  ~ConsumerLoop();

  void Run(const BatchCallback& handler);
  bool ProcessOne(const BatchCallback& handler);

 private:
  void Connect();
  void Listen();
  void DropUnfitSession();
  void Finish(const ActiveBatch& batch);
  void RunUntilStopped(const BatchCallback& handler);
  void AfterFailureInRun(const pg::Failure& failure);
  AfterFailure Decide(const pg::Failure& failure, base::Duration pause) const;

  ConsumerOptions options_;
  const ActiveBatch::Source source_;
  const std::unique_ptr<ConsumerCalls> calls_;
  base::Interrupt& interrupt_;
  std::unique_ptr<pg::Connection> connection_;
  std::unique_ptr<pg::Listener> listener_;
  std::string channel_;
  base::GrowingPause retry_;
  bool was_connected_ = false;
  bool listening_ = false;  // as far as this session is concerned
};

// Throws base::Error when `name` is empty; `what` names it.
void RequireName(const std::string& name, const std::string& what);

}  // namespace pgq
