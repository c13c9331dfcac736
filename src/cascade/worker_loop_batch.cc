// The worker's one batch of a round: asked for, applied, and what has to be done besides.
#include <algorithm>

#include "base/failpoint.h"
#include "cascade/branch_tick.h"
#include "cascade/merge_copy.h"
#include "cascade/worker_loop.h"

namespace cascade {
namespace {

using Copies = NodeDuties::Copies;

}  // namespace

// With its events, unless these may not be wanted, or not for a while: their transaction is open.
std::optional<pgq::Batch> WorkerLoop::AskForBatch(const pgq::BatchSize& size) {
  if (duties().waits_behind() || handler_.Unfinished()) return provider_->NextBatch(size);
  return provider_->NextBatchWithEvents(size, options_.reading, handler_.EventFilter());
}

void WorkerLoop::Process(const pgq::Batch& batch) {
  if (HoldsAlready(batch)) return KeepBooks(batch);
  in_step_ = true;
  const NodeInfo& node = local_->node();
  proof_.CheckBatch(batch, provider_->session());
  if (MoveConsumer(batch)) return;
  const BatchContext context{node, batch, local_->connection(), proof_.For(batch)};
  const bool ticks = duties().makes_ticks;
  const Position position = ComparePosition(batch, completed_);
  if (ticks && (position == Position::kAlreadyApplied || !branch_tick_checked_))
    RepairBranchTick(batch, position);

  std::optional<MergeCopy> merge_copy;
  EventCopy* event_copy = nullptr;
  if (duties().copies == Copies::kIntoOwnQueue) event_copy = &branch_copy_;
  if (duties().copies == Copies::kIntoCombinedQueue)
    event_copy = &merge_copy.emplace(*node.combined_queue, handler_);
  branch_copy_.PassOnWatermark(
      HasOwnWatermark(node) ? std::optional(subtree_watermark_.ToPassOn(node)) : std::nullopt);
  BatchStats stats;
  const BatchOutcome outcome =
      ApplyBatch(context, options_.consumer, *completed_, provider_->session(), handler_,
                 options_.reading, event_copy, &stats, provider_->TakeReader());
  if (stats.node_changed) state_read_at_ = {};
  if (stats.global_watermark) subtree_watermark_.Saw(*stats.global_watermark);
  if (outcome == BatchOutcome::kPartlyApplied) return;  // the provider gives it again
  if (outcome == BatchOutcome::kApplied) {
    if (ticks) {
      const std::int64_t event_seq = std::max(batch.tick_event_seq, branch_copy_.max_event_id());
      MakeBranchTick(local_->connection(), options_.queue, batch.tick, batch.tick_time, event_seq);
      base::HitFailpoint(base::Failpoint::batch_after_branch_tick);
    }
    ReportApplied(context, stats);
    proof_.Moved(batch);
  }
  completed_ = batch.tick;
  if (merge_copy) StandbyIsOver();
  provider_->Applied(batch.id);
}

// The provider's server failed over to a standby that has the ticks of the node, but not all that
// the consumer did there: its batch ends elsewhere now. What lies between is applied, for certain.
bool WorkerLoop::MoveConsumer(const pgq::Batch& batch) {
  if (batch.prev_tick >= *completed_ || batch.tick == *completed_) return false;
  if (!proof_.FoundAt(provider_->connection())) return false;
  provider_->MoveConsumer(*completed_);
  observer_.Log(Severity::kInfo, "consumer " + options_.consumer + " stood at tick " +
                                     ToString(batch.prev_tick) + " of provider " +
                                     provider_->node() + ", and was moved to tick " +
                                     ToString(*completed_) + ", which the node has applied");
  return true;
}

void WorkerLoop::RepairBranchTick(const pgq::Batch& batch, Position position) {
  switch (CompareBranchTick(batch, position, NewestTick(local_->connection(), options_.queue))) {
    case MissingTick::kNone:
      break;
    case MissingTick::kPrevious:
      MakeBranchTick(local_->connection(), options_.queue, batch.prev_tick, batch.prev_tick_time,
                     batch.prev_tick_event_seq);
      break;
    case MissingTick::kCurrent:
      MakeBranchTick(local_->connection(), options_.queue, batch.tick, batch.tick_time,
                     batch.tick_event_seq);
      break;
  }
  branch_tick_checked_ = true;
}

void WorkerLoop::ReportApplied(const BatchContext& context, const BatchStats& stats) {
  for (const std::string& warning : stats.warnings) observer_.Log(Severity::kWarning, warning);
  observer_.Applied(context, stats);
}

}  // namespace cascade
