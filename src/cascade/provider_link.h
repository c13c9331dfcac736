// The worker's sessions with its provider: one reads batches, one listens for ticks.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "pg/listener.h"
#include "pgq/batch.h"

namespace cascade {

class ProviderLink {
 public:
  // Connects. Throws pg::ConnectFailed, base::Error when the provider does not have the queue.
  ProviderLink(const pg::ConnectOptions& options, base::Interrupt& interrupt, std::string node,
               std::string queue, std::string consumer);

  const std::string& node() const { return node_; }
  // The session, free for statements: events that came with a batch and were not taken are dropped.
  pg::Connection& connection();
  // The session as it is: for those who read the events, and those who give it up.
  pg::Connection& session() { return connection_; }
  bool listening() const { return listener_->connected(); }

  // Finishes the batch noted by Applied, if there is one, and asks for the next, in one round trip,
  // each in a transaction of its own.
  std::optional<pgq::Batch> NextBatch(const pgq::BatchSize& size);
  // The same, and its first events in the same round trip: TakeReader has them.
  std::optional<pgq::Batch> NextBatchWithEvents(const pgq::BatchSize& size,
                                                const pgq::ReadOptions& reading,
                                                const std::string& event_filter);
  // Of the batch that came last; null when it came without events, or they were dropped.
  std::unique_ptr<pgq::BatchReader> TakeReader() { return std::move(reader_); }
  // The batch is applied and may be finished at the next opportunity.
  void Applied(pgq::BatchId batch) { to_finish_ = batch; }
  // Finishes it now.
  void FinishApplied();
  // The consumer, to a tick that its node has completed; a batch that is open is dropped.
  void MoveConsumer(pgq::TickId completed);

  // Returns the answer's note when the provider refused it, else "".
  std::string PublishWatermark(const std::string& subscriber_node, pgq::TickId watermark);

 private:
  int PrepareSession();
  void Finished();
  pg::Connection connection_;
  std::string node_, queue_, consumer_;
  std::unique_ptr<pg::Listener> listener_;
  std::optional<pgq::BatchId> to_finish_;
  std::unique_ptr<pgq::BatchReader> reader_;
};

}  // namespace cascade
