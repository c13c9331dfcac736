// The worker of a leaf below a combined branch, which stands by for the day when that branch is the
// root: see docs/decisions/0014-merging.md. And how large batches, and how far watermarks, may be.
#include <algorithm>
#include <set>

#include "base/failpoint.h"
#include "cascade/worker_loop.h"

namespace cascade {
namespace {

using Copies = NodeDuties::Copies;

// A consumer of the node by name only: as long as it is registered, the provider's consumer may
// stand behind the node's position, which the combined queue has moved. Without it such a
// difference is an error. Its provider is the node itself, whose location always stays.
constexpr const char* kStandby = ".standby";

}  // namespace

void WorkerLoop::NoteStandby() {
  if (stood_by_ == true || (!duties().waits_behind() && stood_by_)) return;
  if (!duties().waits_behind() && duties().copies != Copies::kIntoCombinedQueue) return;
  pqxx::nontransaction tx(local_->connection());
  if (duties().waits_behind())
    Require(Call(tx, "select * from pgq_node.register_consumer($1, $2, $3, $4)", options_.queue,
                 kStandby, local_->node().name, completed_->value()));
  stood_by_ =
      !tx.exec_params("select 1 from pgq_node.get_consumer_info($1) where consumer_name = $2",
                      options_.queue, kStandby)
           .empty();
}

// A batch was applied that began where the node stands.
void WorkerLoop::StandbyIsOver() {
  if (stood_by_ != true) return;
  pqxx::nontransaction tx(local_->connection());
  Require(Call(tx, "select * from pgq_node.unregister_consumer($1, $2)", options_.queue, kStandby));
  stood_by_ = false;
}

pgq::BatchSize WorkerLoop::NextSize() {
  pgq::BatchSize size = handler_.BeforeNextBatch(local_->node(), *completed_, local_->connection());
  // Until a merge leaf is in step a large batch could reach across the position.
  if (duties().one_tick_batches || local_->hold() ||
      (duties().copies == Copies::kIntoCombinedQueue && !in_step_))
    size = {.min_lag = size.min_lag, .min_count = {}, .min_interval = {}, .join_count = {}};
  // After a round without a batch nothing waits, most likely.
  if (!busy_ && !provider_is_new_) size.join_count.reset();
  return size;
}

void WorkerLoop::PublishWatermark(const std::optional<pgq::Batch>& batch) {
  pgq::TickId watermark = *completed_;
  if (duties().waits_behind()) {
    // The position may be ahead of what the provider has.
    if (!batch) return;
    watermark = std::min(watermark, waited_ ? batch->prev_tick : batch->tick);
  }
  if (batch) batch_began_at_ = batch->prev_tick;
  if (HasOwnWatermark(local_->node())) {
    subtree_watermark_.Publish(*local_);
    // As SkyTools does: such a node keeps its last batch within reach.
    if (!batch_began_at_) return;
    watermark = std::min(watermark, *batch_began_at_);
  }
  watermarks_.PublishLocal(*local_, *provider_, watermark);
}

// The rows of such a batch are still on their way to this node.
bool WorkerLoop::MustWait(const pgq::Batch& batch) const {
  return duties().waits_behind() && batch.tick > *completed_;
}

// They came with the combined queue, while its node here was a branch.
bool WorkerLoop::HoldsAlready(const pgq::Batch& batch) const {
  return duties().waits_behind() || (duties().copies == Copies::kIntoCombinedQueue &&
                                     stood_by_ == true && batch.prev_tick < *completed_);
}

// A tick there means that its batch is applied here, and with it the position that it brought.
void WorkerLoop::ListenToCombined() {
  if (!duties().waits_behind()) return combined_listener_.reset();
  if (combined_listener_) return;
  pqxx::nontransaction tx(local_->connection());
  const pqxx::result id = tx.exec_params("select queue_id from pgq.queue where queue_name = $1",
                                         local_->node().combined_queue.value_or(""));
  if (id.empty()) return;
  combined_listener_ = std::make_unique<pg::Listener>(
      pg::ConnectOptions::Fixed(options_.local_connstr, options_.application_name),
      std::set<std::string>{"pgq_" + std::string(id[0][0].c_str())}, interrupt_);
}

// Of a batch whose rows are here already. Safe to be done again.
void WorkerLoop::KeepBooks(const pgq::Batch& batch) {
  const BatchContext context{local_->node(), batch, local_->connection(), {}};
  BatchStats stats;
  ApplyBookkeeping(context, options_.consumer, provider_->connection(), handler_, options_.reading,
                   stats);
  base::HitFailpoint(base::Failpoint::batch_after_commit);
  for (const std::string& warning : stats.warnings) observer_.Log(Severity::kWarning, warning);
  if (batch.tick > *completed_)
    provider_->MoveConsumer(
        *completed_);  // a large one that was open when others moved the position
  else
    provider_->Applied(batch.id);
  if (stats.node_changed) state_read_at_ = {};
}

}  // namespace cascade
