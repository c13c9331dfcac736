#include "base/error.h"
#include "base/failpoint.h"
#include "cascade/batch_handler.h"
#include "cascade/batch_protocol.h"
#include "cascade/cascade_events.h"
#include "cascade/event_copy.h"

namespace cascade {
namespace {

// One batch on its way into one target transaction.
class BatchApplication {
 public:
  BatchApplication(const BatchContext& context, const std::string& consumer, BatchHandler& handler,
                   EventCopy* event_copy, BatchStats& stats)
      : context_(context),
        consumer_(consumer),
        handler_(handler),
        event_copy_(event_copy),
        stats_(stats) {}

  enum class Moves { kPosition, kNothing };
  BatchOutcome Run(pgq::BatchReader& reader, Moves moves);

 private:
  BatchOutcome ApplyAll(pgq::BatchReader& reader, pqxx::transaction_base& tx);
  const pgq::Event* ApplyChunk(pqxx::transaction_base& tx, std::span<const pgq::Event> events);
  void EndPart(pqxx::transaction_base& tx, const pgq::Event& next);
  void ApplyCascade(pqxx::transaction_base& tx, const pgq::Event& event);
  void WriteCopies(pqxx::transaction_base& tx);
  void HoldPosition(pqxx::transaction_base& tx) const;
  void MovePosition(pqxx::transaction_base& tx);
  void RequireInPlace(pgq::TickId now_at) const;
  pqxx::result Move(pqxx::transaction_base& tx);
  bool is_main_worker() const { return consumer_ == context_.node.worker_name; }

  const BatchContext& context_;
  const std::string& consumer_;
  BatchHandler& handler_;
  EventCopy* event_copy_;
  BatchStats& stats_;
};

BatchOutcome BatchApplication::Run(pgq::BatchReader& reader, Moves moves) {
  pqxx::work tx(context_.target);
  BatchOutcome outcome = BatchOutcome::kApplied;
  // The handler is told before the rollback is sent: until then it may have statements under way
  // that keep the session from anything else.
  try {
    base::HitFailpoint(base::Failpoint::batch_after_begin_target);
    outcome = ApplyAll(reader, tx);
    base::HitFailpoint(base::Failpoint::batch_before_set_completed);
    if (outcome == BatchOutcome::kPartlyApplied)
      HoldPosition(tx);
    else if (moves == Moves::kPosition)
      MovePosition(tx);
    base::HitFailpoint(base::Failpoint::batch_before_commit);
    tx.commit();
  } catch (...) {
    handler_.RolledBack();
    throw;
  }
  return outcome;
}

BatchOutcome BatchApplication::ApplyAll(pgq::BatchReader& reader, pqxx::transaction_base& tx) {
  if (event_copy_) event_copy_->BeginBatch();
  handler_.Begin(context_, tx);
  // Two chunks: while the provider prepares the next one, the target may still work on the last
  // one.
  pgq::EventChunk chunks[2];
  for (int turn = 0; reader.Next(chunks[turn]); turn = 1 - turn) {
    if (const pgq::Event* next = ApplyChunk(tx, chunks[turn].events())) {
      EndPart(tx, *next);
      return BatchOutcome::kPartlyApplied;
    }
    stats_.events += static_cast<std::int64_t>(chunks[turn].size());
    base::HitFailpoint(base::Failpoint::batch_after_first_events);
  }
  handler_.Finish(context_, tx);
  if (event_copy_) event_copy_->EndBatch(context_, tx);
  return BatchOutcome::kApplied;
}

void BatchApplication::EndPart(pqxx::transaction_base& tx, const pgq::Event& next) {
  handler_.StopBefore(context_, tx, next);
  if (event_copy_) event_copy_->EndPart(context_, tx);
}

// Returns the event before which this transaction has to end, if there is one.
const pgq::Event* BatchApplication::ApplyChunk(pqxx::transaction_base& tx,
                                               std::span<const pgq::Event> events) {
  std::size_t first = 0;  // of the run that is not yet given to the handler
  const auto give = [&](std::size_t end) {
    if (first < end) handler_.Apply(context_, tx, events.subspan(first, end - first));
    first = end + 1;
  };
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].retry) throw base::Error("CascadedWorker must not get retry events");
    if (handler_.StopsBefore(events[i])) {
      give(i);
      return &events[i];
    }
    if (event_copy_) event_copy_->Add(events[i]);
    if (IsCascadeEvent(events[i])) {
      give(i);
      ApplyCascade(tx, events[i]);
    } else if (event_copy_ && handler_.ChangesWhatPassesOn(events[i])) {
      give(i + 1);
      first = i + 1;
    }
  }
  give(events.size());
  if (event_copy_ && event_copy_->full()) WriteCopies(tx);
  return nullptr;
}

void BatchApplication::ApplyCascade(pqxx::transaction_base& tx, const pgq::Event& event) {
  if (!is_main_worker()) return;
  handler_.Flush(context_, tx);
  try {
    std::string warning = ApplyCascadeEvent(tx, context_.node, event);
    if (!warning.empty()) stats_.warnings.push_back(std::move(warning));
    if (IsGlobalWatermark(event)) stats_.global_watermark = TickOf(event);
  } catch (const UnusableEvent& error) {
    handler_.Unusable(context_, event, error.what());
    return;
  }
  stats_.node_changed = true;
}

void BatchApplication::WriteCopies(pqxx::transaction_base& tx) {
  handler_.Flush(context_, tx);
  event_copy_->Write(context_.target, tx);
}

pqxx::result BatchApplication::Move(pqxx::transaction_base& tx) {
  // The functions are called for the position that is expected only.
  const auto sql = [](const std::string& more_columns) {
    return "with here as materialized (select last_tick_id from pgq_node.local_state where "
           "queue_name = $1 and consumer_name = $2 for update) select here.last_tick_id, "
           "done.ret_code, done.ret_note" +
           more_columns +
           " from here left join lateral (select * from pgq_node.set_consumer_completed($1, $2, "
           "$3) where here.last_tick_id = $4) done on true";
  };
  const std::string& queue = context_.node.queue;
  const std::int64_t tick = context_.batch.tick.value(),
                     previous = context_.batch.prev_tick.value();
  const TickProof* proof = context_.proof;
  if (!proof) {
    context_.target.prepare("move_position", sql(""));
    return tx.exec_prepared("move_position", queue, consumer_, tick, previous);
  }
  context_.target.prepare(
      "move_position_with_proof",
      sql(", case when here.last_tick_id = $4 then (select p.ret_code from "
          "pgq_node.set_position_proof($1, $2, $3, $5::timestamptz, $6, $7, $8, $9) p) end"));
  return tx.exec_prepared("move_position_with_proof", queue, consumer_, tick, previous, proof->time,
                          proof->event_seq, proof->provider_node, proof->server.system_identifier,
                          proof->server.timeline);
}

void BatchApplication::RequireInPlace(pgq::TickId now_at) const {
  if (now_at == context_.batch.prev_tick) return;
  throw base::Error("Lost position: batch " + ToString(context_.batch.prev_tick) + ".." +
                        ToString(context_.batch.tick) + ", dst has " + ToString(now_at),
                    "The position was moved while the batch was applied; another process may "
                    "work for the same consumer.");
}

// A part of a batch is committed at the position from which the whole batch is applied.
void BatchApplication::HoldPosition(pqxx::transaction_base& tx) const {
  const pqxx::result position = tx.exec_params(
      "select last_tick_id from pgq_node.local_state where queue_name = $1 and consumer_name = $2 "
      "for update",
      context_.node.queue, consumer_);
  if (position.empty())
    throw base::Error("Unknown consumer: " + context_.node.queue + "/" + consumer_);
  RequireInPlace(pgq::TickId(position[0][0].as<std::int64_t>()));
}

void BatchApplication::MovePosition(pqxx::transaction_base& tx) {
  const std::string& queue = context_.node.queue;
  const pqxx::result position = Move(tx);
  if (position.empty()) throw base::Error("Unknown consumer: " + queue + "/" + consumer_);
  RequireInPlace(pgq::TickId(position[0][0].as<std::int64_t>()));
  Require({position[0][1].as<int>(), position[0][2].c_str(), position[0]});
}

// What came with the batch, if it is what has to be read now.
std::unique_ptr<pgq::BatchReader> ReaderOf(const pgq::Batch& batch, pg::Connection& provider,
                                           const BatchHandler& handler,
                                           const pgq::ReadOptions& reading,
                                           std::unique_ptr<pgq::BatchReader> opened) {
  const std::string filter = handler.EventFilter();
  if (opened && opened->extra_where() == filter) return opened;
  opened.reset();  // the session is free then
  return std::make_unique<pgq::BatchReader>(provider, batch.id, reading, filter);
}

}  // namespace

BatchOutcome ApplyBatch(const BatchContext& context, const std::string& consumer,
                        pgq::TickId completed, pg::Connection& provider, BatchHandler& handler,
                        const pgq::ReadOptions& reading, EventCopy* event_copy, BatchStats* stats,
                        std::unique_ptr<pgq::BatchReader> opened) {
  if (ComparePosition(context.batch, completed) == Position::kAlreadyApplied)
    return BatchOutcome::kAlreadyApplied;
  BatchStats own_stats;
  BatchStats& counted = stats ? *stats : own_stats;
  handler.OnBatch(context);

  const auto start = base::Clock::now();
  BatchOutcome outcome;
  {
    const auto reader = ReaderOf(context.batch, provider, handler, reading, std::move(opened));
    outcome = BatchApplication(context, consumer, handler, event_copy, counted)
                  .Run(*reader, BatchApplication::Moves::kPosition);
  }
  counted.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - start);
  if (outcome == BatchOutcome::kPartlyApplied) return outcome;
  base::HitFailpoint(base::Failpoint::batch_after_commit);
  handler.Committed(context);
  return outcome;
}

void ApplyBookkeeping(const BatchContext& context, const std::string& consumer,
                      pg::Connection& provider, BatchHandler& handler,
                      const pgq::ReadOptions& reading, BatchStats& stats) {
  pgq::BatchReader reader(provider, context.batch.id, reading, handler.BookkeepingFilter());
  BatchApplication(context, consumer, handler, nullptr, stats)
      .Run(reader, BatchApplication::Moves::kNothing);
}

}  // namespace cascade
