#include "cascade/cut.h"

#include <optional>

#include "base/error.h"
#include "base/failpoint.h"
#include "base/growing_pause.h"
#include "base/poll_until.h"
#include "cascade/consumer_hold.h"
#include "cascade/node.h"

namespace cascade {
namespace {

using namespace std::chrono_literals;
using Exporter = pqxx::transaction<pqxx::repeatable_read>;

// For a moment without other ticks; and when to ask for one, as the queue's newest may be one that
// was rolled back.
constexpr auto kPatienceForTick = 20s;
constexpr auto kForceTickAfter = 1s;
constexpr auto kRemindEvery = 10s;
// A worker that is not of this version may step over the tick.
constexpr int kAttempts = 3;

std::string Export(pqxx::transaction_base& tx) {
  return tx.exec1("select pg_catalog.pg_export_snapshot()")[0].as<std::string>();
}

void Share(const CutSide& side, const std::string& snapshot) {
  for (const auto& reader : side.readers) reader->Import(snapshot);
}

NodeInfo InfoOf(pqxx::transaction_base& tx, const CutSide& side, const std::string& queue) {
  auto info = GetNodeInfo(tx, queue);
  if (!info) throw base::Error("[" + side.node + "] Unknown queue: " + queue);
  return *info;
}

std::string TimeOf(pqxx::transaction_base& tx, const std::string& queue, pgq::TickId tick) {
  const pqxx::result rows = tx.exec_params(
      "select t.tick_time from pgq.tick t join pgq.queue q on q.queue_id = t.tick_queue where "
      "q.queue_name = $1 and t.tick_id = $2",
      queue, tick.value());
  return rows.empty() ? "" : rows[0][0].as<std::string>();
}

bool HasFunction(pqxx::transaction_base& tx, const std::string& signature) {
  return !tx.exec_params1("select pg_catalog.to_regprocedure($1)", signature)[0].is_null();
}

pgq::TickId NewestTick(pqxx::transaction_base& tx, const std::string& queue) {
  return pgq::TickId(tx.exec_params1("select max(t.tick_id) from pgq.tick t join pgq.queue q on "
                                     "q.queue_id = t.tick_queue where q.queue_name = $1",
                                     queue)[0]
                         .as<std::int64_t>());
}

// Ticks are made by whoever makes them on that node.
pgq::TickId AwaitTick(pqxx::transaction_base& tx, const CutSide& side, const CutOptions& options) {
  const pgq::TickId before = NewestTick(tx, options.queue);
  pgq::TickId tick = before;
  tx.exec_params("select pgq.force_tick($1)", options.queue);
  const auto made = [&] { return (tick = NewestTick(tx, options.queue)) > before; };
  if (!base::PollUntil(side.control.interrupt(), made, base::Deadline::After(kPatienceForTick)))
    throw NoCut("node " + side.node + " makes no ticks", "Is pgqd running there?");
  return tick;
}

void AwaitPosition(const CutSide& side, const CutOptions& options, const std::string& worker,
                   pgq::TickId tick) {
  pgq::TickId position(0);
  const auto there = [&] {
    pqxx::work tx(side.control);
    position = GetConsumerState(tx, options.queue, worker).completed_tick.value_or(position);
    return position >= tick;
  };
  if (!base::PollUntil(side.control.interrupt(), there, base::Deadline::After(options.patience)))
    throw NoCut("Consumer lagging too much, exiting: worker \"" + worker + "\" of node " +
                    side.node + " is at tick " + ToString(position) + ", not at " + ToString(tick),
                "Wait until it has caught up, or use --force to wait as long as it takes.");
}

class CutTaker {
 public:
  CutTaker(const CutSide& above, const CutSide& below, const CutOptions& options)
      : above_(above), below_(below), options_(options) {
    pqxx::work above_tx(above_.control), below_tx(below_.control);
    above_is_root_ = InfoOf(above_tx, above_, queue()).type == NodeType::kRoot;
    const NodeInfo info = InfoOf(below_tx, below_, queue());
    if (info.type == NodeType::kRoot)
      throw base::Error("node " + below_.node + " is the root: there is no node above it");
    worker_ = info.worker_name;
  }

  void Try(const WorkAtTick& work);
  bool ShareBelow(pgq::TickId tick);

 private:
  bool Once(const WorkAtTick& work);
  const std::string& queue() const { return options_.queue; }
  base::Interrupt& interrupt() const { return below_.control.interrupt(); }
  Cut TakeAbove();
  std::optional<Cut> TryAbove();
  std::optional<Cut> TryRoot(Exporter& tx);
  std::optional<Cut> TryBranch(Exporter& tx);
  pgq::TickId AwaitWorker(ConsumerHold& hold, pgq::TickId tick);

  const CutSide& above_;
  const CutSide& below_;
  const CutOptions& options_;
  bool above_is_root_ = false;
  std::string worker_;
};

std::optional<Cut> CutTaker::TryRoot(Exporter& tx) {
  const std::string snapshot = Export(tx);
  const pqxx::row tick = tx.exec_params1("select pgq.snapshot_tick($1)", queue());
  if (tick[0].is_null()) return std::nullopt;
  const pgq::TickId id(tick[0].as<std::int64_t>());
  Share(above_, snapshot);
  Cut cut{id, TimeOf(tx, queue(), id)};
  base::HitFailpoint(base::Failpoint::cut_before_tick_commit);
  tx.commit();
  return cut;
}

// Its position changes in the transactions that change its rows.
std::optional<Cut> CutTaker::TryBranch(Exporter& tx) {
  const NodeInfo info = InfoOf(tx, above_, queue());
  if (!info.worker_last_tick || !options_.holds_whole_batches(tx)) return std::nullopt;
  Share(above_, Export(tx));
  return Cut{*info.worker_last_tick, TimeOf(tx, queue(), *info.worker_last_tick)};
}

std::optional<Cut> CutTaker::TryAbove() {
  for (const auto& reader : above_.readers) reader->Begin();
  Exporter tx(above_.control);
  return above_is_root_ ? TryRoot(tx) : TryBranch(tx);
}

Cut CutTaker::TakeAbove() {
  const base::Deadline give_up = base::Deadline::After(kPatienceForTick);
  base::Deadline force = base::Deadline::After(kForceTickAfter);
  base::GrowingPause pause(
      {.first = base::Duration(1), .longest = base::Duration(50), .factor = 1.5});
  while (true) {
    if (auto cut = TryAbove()) return *cut;
    if (give_up.Passed())
      throw NoCut(above_is_root_
                      ? "no moment without other ticks on node " + above_.node
                      : "node " + above_.node + " applies its batches in parts all the time",
                  "Condition and status of that node tell who keeps its ticker busy, or which "
                  "script it runs.");
    if (above_is_root_ && force.Passed()) {
      pqxx::nontransaction(above_.control).exec_params("select pgq.force_tick($1)", queue());
      force = base::Deadline::After(kForceTickAfter);
    }
    if (interrupt().Sleep(base::Deadline::After(pause.Next())) == base::Interrupt::Woken::kStop)
      throw base::Interrupted();
  }
}

// Where the worker stands in the end.
pgq::TickId CutTaker::AwaitWorker(ConsumerHold& hold, pgq::TickId tick) {
  const base::Deadline give_up = base::Deadline::After(options_.patience);
  pgq::TickId position(0);
  const auto done = [&] {
    hold.Renew();
    const bool reached = hold.HasReached(tick, position);
    if (!reached && give_up.Passed())
      throw NoCut("Consumer lagging too much, exiting: worker \"" + worker_ + "\" of node " +
                      below_.node + " is at tick " + ToString(position) + ", not at " +
                      ToString(tick),
                  "Wait until it has caught up, as status shows, or use --force to wait as long "
                  "as it takes.");
    return reached;
  };
  base::PollUntil(interrupt(), done, kRemindEvery, [&] {
    options_.remind("worker is at tick " + ToString(position) + ", waiting for " + ToString(tick));
  });
  return position;
}

bool CutTaker::ShareBelow(pgq::TickId tick) {
  for (const auto& reader : below_.readers) reader->Begin();
  Exporter tx(below_.control);
  if (InfoOf(tx, below_, queue()).worker_last_tick != tick) return false;
  if (!options_.holds_whole_batches(tx)) return false;
  Share(below_, Export(tx));
  return true;
}

// False: the worker stepped over the tick.
bool CutTaker::Once(const WorkAtTick& work) {
  ConsumerHold hold(below_.control, queue(), worker_, below_.node);
  hold.AwaitAnswer(options_.remind);
  base::HitFailpoint(base::Failpoint::cut_held);
  const Cut cut = TakeAbove();
  hold.GoOnTo(cut.tick);
  base::HitFailpoint(base::Failpoint::cut_above_taken);
  if (AwaitWorker(hold, cut.tick) != cut.tick || !work(cut)) return false;
  base::HitFailpoint(base::Failpoint::cut_both_taken);
  hold.Release();
  return true;
}

void CutTaker::Try(const WorkAtTick& work) {
  for (int attempt = 1; attempt <= kAttempts; ++attempt)
    if (Once(work)) return;
  throw NotHeld("node " + below_.node + " does not stop at a tick that it is asked to stop at",
                "Its worker has to be one of this version. When a branch between it and node " +
                    above_.node +
                    " is behind, which takes many ticks at once, wait until it has caught up, or "
                    "compare with that branch.");
}

}  // namespace

Cut TakeCut(const CutSide& above, const CutSide& below, const CutOptions& options) {
  Cut taken;
  CutTaker taker(above, below, options);
  taker.Try([&](const Cut& cut) {
    taken = cut;
    return taker.ShareBelow(cut.tick);
  });
  return taken;
}

void AtTick(const CutSide& above, const CutSide& below, const CutOptions& options,
            const WorkAtTick& work) {
  CutTaker(above, below, options).Try(work);
}

bool CanTakeCut(const CutSide& above, const CutSide& below, const std::string& queue) {
  pqxx::work above_tx(above.control), below_tx(below.control);
  const bool root = InfoOf(above_tx, above, queue).type == NodeType::kRoot;
  const bool ticks = HasFunction(above_tx, "pgq.snapshot_tick(text)");
  const bool holds = HasFunction(below_tx, "pgq_node.hold_consumer(text, text, bigint, float8)");
  if (root) return ticks && holds;
  if (!holds)
    throw NoCut("the pgq_node schema of node " + below.node + " cannot stop a worker at a tick",
                "Update it, or compare with the root: --with.");
  return true;
}

Cut TakeCutUnderLock(const CutSide& above, const CutSide& below, const CutOptions& options,
                     const std::string& lock) {
  std::string worker;
  {
    pqxx::work tx(below.control);
    worker = InfoOf(tx, below, options.queue).worker_name;
  }
  {
    pqxx::nontransaction tx(above.control);
    AwaitPosition(below, options, worker, AwaitTick(tx, above, options));
  }
  for (const CutSide* side : {&above, &below})
    for (const auto& reader : side->readers) reader->Begin();
  pqxx::work writers(above.control);
  writers.exec0(lock);
  base::HitFailpoint(base::Failpoint::cut_locked);
  // The first one may have been begun before the lock was had.
  AwaitTick(writers, above, options);
  const pgq::TickId tick = AwaitTick(writers, above, options);
  const Cut cut{tick, TimeOf(writers, options.queue, tick)};
  AwaitPosition(below, options, worker, cut.tick);
  Exporter tx(below.control);
  if (!options.holds_whole_batches(tx))
    throw NoCut("node " + below.node + " has applied a part of a batch");
  Share(below, Export(tx));
  Share(above, Export(writers));
  return cut;
}

bool StandsAt(pqxx::transaction_base& tx, const CutOptions& options, pgq::TickId tick) {
  const auto info = GetNodeInfo(tx, options.queue);
  if (!info) throw base::Error("Unknown queue: " + options.queue);
  const pqxx::result position = tx.exec_params(
      "select last_tick_id from pgq_node.local_state where queue_name = $1 and consumer_name = $2 "
      "for update",
      options.queue, info->worker_name);
  return !position.empty() && position[0][0].as<std::int64_t>() == tick.value() &&
         options.holds_whole_batches(tx);
}

}  // namespace cascade
