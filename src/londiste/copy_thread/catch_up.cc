#include "londiste/copy_thread/catch_up.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/failpoint.h"
#include "londiste/apply/ask_origin.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/tables/table_state.h"

namespace londiste::copy_thread {
namespace {

using Kind = tables::MergeState::Kind;

// The main worker wakes us at each of its own rounds; this is for the times when it has none.
constexpr base::Duration kFirstPoll{10}, kLongestPoll{500};
constexpr std::chrono::seconds kLongWithoutTick{30};

// States that only tell where a copy is: losing them in a crash of the server costs nothing,
// waiting for the disk would.
void NoNeedForDisk(pqxx::transaction_base& tx) { tx.exec0("set local synchronous_commit = off"); }

}  // namespace

CatchUp::CatchUp(const CopyJob& job, std::string consumer, Sessions sessions, Signals signals,
                 apply::TargetTable table, pgq::TickId position, pgq::Snapshot snapshot)
    : job_(job),
      consumer_(std::move(consumer)),
      sessions_(sessions),
      signals_(signals),
      position_(position),
      snapshot_(std::move(snapshot)),
      handler_(sessions.target, std::move(table), snapshot_, job.settings.apply,
               [&job](const std::string& line) { spdlog::warn("{}: {}", job.table.name, line); }),
      ticks_(sessions.source, job.worker.queue, sessions.remote),
      poll_({.first = kFirstPoll, .longest = kLongestPoll}),
      idle_since_(base::Clock::now()) {
  handler_.SetOriginText(
      apply::AskOrigin(sessions_.source, job_.worker.queue, job_.settings.apply.event_encoding));
}

void CatchUp::Run() {
  signals_.monitor.Phase("catching up");
  covered_ = ticks_.Covers(position_, snapshot_);
  for (;;) {
    signals_.interrupt.ThrowIfCancelled();
    switch (signals_.handover.NextStep(position_, covered_)) {
      case Handover::Step::kApplyNext:
        Apply(pgq::NextBatch(sessions_.source, job_.worker.queue, consumer_));
        break;
      case Handover::Step::kApplyMany:
        Apply(NextLargeBatch());
        break;
      case Handover::Step::kAsk:
        Ask();
        break;
      case Handover::Step::kWait:
        signals_.interrupt.Sleep(base::Deadline::After(std::chrono::minutes(1)));
        break;
      case Handover::Step::kStoreOk:
        if (StoreOk()) return;
        break;
    }
  }
}

std::optional<pgq::Batch> CatchUp::NextLargeBatch() {
  const pgq::BatchSize large{
      .min_lag = {}, .min_count = 10'000, .min_interval = "2 seconds", .join_count = {}};
  auto batch = pgq::NextBatch(sessions_.source, job_.worker.queue, consumer_, large);
  if (!batch) batch = pgq::NextBatch(sessions_.source, job_.worker.queue, consumer_);
  return batch;
}

void CatchUp::Apply(const std::optional<pgq::Batch>& batch) {
  if (!batch) {
    AwaitTick();
    return;
  }
  signals_.monitor.Phase("catching up");
  const cascade::BatchContext context{job_.node, *batch, sessions_.target};
  cascade::ApplyBatch(context, consumer_, position_, sessions_.source, handler_,
                      job_.settings.reading, nullptr, nullptr);
  base::HitFailpoint(base::Failpoint::copy_catching_up_batch);
  pgq::FinishBatch(sessions_.source, batch->id);
  position_ = batch->tick;
  if (!covered_) covered_ = ticks_.Covers(position_, snapshot_);
  ticks_.GotTick();
  poll_.Reset();
  idle_since_ = base::Clock::now();
  warned_ = false;
}

void CatchUp::AwaitTick() {
  signals_.monitor.Phase("waiting for a tick");
  if (!covered_) {
    const std::string failure = ticks_.AskForTick();
    if (!failure.empty())
      spdlog::debug("{}: could not ask for a tick: {}", job_.table.name, failure);
  }
  if (!warned_ && base::Clock::now() > idle_since_ + kLongWithoutTick) {
    warned_ = true;
    spdlog::warn(
        "{}: the copy waits for a tick of queue {}, and none came for {} s; is pgqd running on the "
        "root's server?",
        job_.table.name, job_.worker.queue, kLongWithoutTick.count());
  }
  signals_.interrupt.Sleep(base::Deadline::After(poll_.Next()));
}

void CatchUp::Ask() {
  {
    pqxx::work tx(sessions_.target);
    NoNeedForDisk(tx);
    tables::ChangeTableState(tx, job_.worker.queue, job_.table.name,
                             {.to = {.kind = Kind::kWannaSync, .tick = position_}});
    tx.commit();
  }
  base::HitFailpoint(base::Failpoint::copy_wanna_sync);
  signals_.monitor.Phase("waiting for hand-over");
  signals_.handover.Ask(position_);
  signals_.main_wake.Wake();
}

// The main worker stands still at our tick. Its position is locked until we commit: should it be
// given up on us, it cannot move past this.
bool CatchUp::StoreOk() {
  base::HitFailpoint(base::Failpoint::copy_do_sync);
  if (!signals_.handover.BeginStoring()) return false;
  {
    pqxx::work tx(sessions_.target);
    tables::ChangeTableState(tx, job_.worker.queue, job_.table.name,
                             {.to = {.kind = Kind::kOk}, .tick = position_});
    CheckMainPosition(tx);
    base::HitFailpoint(base::Failpoint::copy_before_ok);
    tx.commit();
  }
  signals_.handover.End(true);
  signals_.monitor.Phase("in sync");
  spdlog::info("{}: in sync at tick {} ({} events caught up)", job_.table.name, ToString(position_),
               handler_.events());
  base::HitFailpoint(base::Failpoint::copy_after_ok);
  return true;
}

void CatchUp::CheckMainPosition(pqxx::transaction_base& tx) const {
  const pqxx::result rows = tx.exec_params(
      "select last_tick_id from pgq_node.local_state where queue_name = $1 and consumer_name = $2 "
      "for share",
      job_.worker.queue, job_.worker.consumer);
  const pgq::TickId main(rows.empty() ? 0 : rows[0][0].as<std::int64_t>());
  if (main != position_)
    throw base::Error("could not hand over table " + job_.table.name +
                      ": the copy stands at tick " + ToString(position_) + ", the worker at " +
                      ToString(main));
}

}  // namespace londiste::copy_thread
