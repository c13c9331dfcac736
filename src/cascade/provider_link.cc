#include "cascade/provider_link.h"

#include "base/error.h"
#include "base/failpoint.h"
#include "cascade/node.h"
#include "cascade/sole_worker.h"

namespace cascade {

ProviderLink::ProviderLink(const pg::ConnectOptions& options, base::Interrupt& interrupt,
                           std::string node, std::string queue, std::string consumer)
    : connection_(options, interrupt),
      node_(std::move(node)),
      queue_(std::move(queue)),
      consumer_(std::move(consumer)) {
  const std::string channel = "pgq_" + std::to_string(PrepareSession());
  ClaimWork(connection_,
            {.queue = queue_,
             .consumer = consumer_,
             .what = "reads queue \"" + queue_ + "\" of node \"" + node_ + "\"",
             .function = "pgq.finish_batch(bigint)",
             .wake_channel = channel},
            interrupt);
  listener_ = std::make_unique<pg::Listener>(options, std::set<std::string>{channel}, interrupt);
}

// Returns the queue's id.
int ProviderLink::PrepareSession() {
  pqxx::nontransaction tx(connection_);
  // The functions of PgQ need no plans for the values at hand.
  const pqxx::result id = tx.exec_params(
      "select queue_id, set_config('plan_cache_mode', 'force_generic_plan', false) "
      "from pgq.queue where queue_name = $1",
      queue_);
  if (id.empty())
    throw base::Error("provider node \"" + node_ + "\" has no queue \"" + queue_ + "\"",
                      "Command members shows where the provider's location leads. If the provider "
                      "was dropped, remove this node with drop-node and create it again.");
  return id[0][0].as<int>();
}

pg::Connection& ProviderLink::connection() {
  reader_.reset();
  return connection_;
}

std::optional<pgq::Batch> ProviderLink::NextBatch(const pgq::BatchSize& size) {
  if (!to_finish_) return pgq::NextBatch(connection(), queue_, consumer_, size);
  auto batch = pgq::FinishAndNextBatch(connection(), *to_finish_, queue_, consumer_, size);
  Finished();
  return batch;
}

std::optional<pgq::Batch> ProviderLink::NextBatchWithEvents(const pgq::BatchSize& size,
                                                            const pgq::ReadOptions& reading,
                                                            const std::string& event_filter) {
  pgq::OpenedBatch opened = pgq::OpenNextBatch(connection(), {queue_, consumer_, size, to_finish_},
                                               reading, event_filter);
  reader_ = std::move(opened.reader);
  if (to_finish_) Finished();
  return opened.batch;
}

void ProviderLink::FinishApplied() {
  if (!to_finish_) return;
  pgq::FinishBatch(connection(), *to_finish_);
  Finished();
}

void ProviderLink::Finished() {
  to_finish_.reset();
  base::HitFailpoint(base::Failpoint::batch_after_finish);
}

void ProviderLink::MoveConsumer(pgq::TickId completed) {
  pqxx::nontransaction(connection())
      .exec_params("select pgq.register_consumer_at($1, $2, $3)", queue_, consumer_,
                   completed.value());
  to_finish_.reset();
}

std::string ProviderLink::PublishWatermark(const std::string& subscriber_node,
                                           pgq::TickId watermark) {
  pqxx::nontransaction tx(connection());
  const Answer answer = Call(tx, "select * from pgq_node.set_subscriber_watermark($1, $2, $3)",
                             queue_, subscriber_node, watermark.value());
  return answer.failed() ? answer.note : "";
}

}  // namespace cascade
