#include "cascade/worker_loop.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/failpoint.h"
#include "cascade/own_location.h"
#include "pg/conninfo.h"
#include "pg/error_class.h"

namespace cascade {
namespace {

using std::chrono::milliseconds;
using TimePoint = base::Clock::time_point;

// How old the node's state may be before the next batch: with batches coming in, after a wake that
// brought no batch, and when nothing happens.
constexpr milliseconds kStateAgeBusy(1'000),
    kStateAgeWoken(250), kStateAgeIdle = PollPacer::kSlowest;
constexpr std::chrono::minutes kStandbyLineEvery(5);
// Held by a command, which may have died since.
constexpr milliseconds kLookAgainWhileHeld(200);

// How much more seldom is tried what somebody has to mend.
constexpr int kSeldom = 3;

}  // namespace

void WorkerLoop::Run() {
  while (!interrupt_.stopping() && !nothing_waits_) {
    TakeNewOptions();
    try {
      Round();
    } catch (const WorkerRefused&) {
      Disconnect();
      throw;
    } catch (const AnotherWorker& other) {
      OnAnotherWorker(other);
    } catch (const ProviderLostTime&) {
      Recover(pg::DescribeCurrentFailure(), kProviderLostTime);
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure();
      if (failure.kind == pg::FailureKind::kInterrupted) {
        Disconnect();
      } else if (pg::Classify(failure) == pg::ErrorClass::kNever) {
        Disconnect();
        throw;
      } else {
        Recover(failure, kWorkerStopped);
      }
    }
  }
  Leave();
}

void WorkerLoop::Reconfigure(WorkerOptions options) {
  {
    const std::lock_guard lock(mutex_);
    new_options_ = std::move(options);
  }
  interrupt_.Wake();
}

void WorkerLoop::TakeNewOptions() {
  const std::lock_guard lock(mutex_);
  if (!new_options_) return;
  const bool other_provider_string =
      new_options_->remote_extra_connstr != options_.remote_extra_connstr;
  new_options_->job_name = options_.job_name;
  new_options_->queue = options_.queue;
  new_options_->consumer = options_.consumer;
  new_options_->wake_channel = options_.wake_channel;
  new_options_->local_connstr = options_.local_connstr;
  options_ = std::move(*new_options_);
  new_options_.reset();
  if (other_provider_string) Disconnect();
}

// One look at everything, and at most one batch.
void WorkerLoop::Round() {
  DropAgedSessions();
  if (!local_)
    ConnectLocal();
  else if (StateIsStale() || duties().waits_behind())
    RefreshNode();

  if (local_->consumer().paused) {
    provider_.reset();
    busy_ = false;
    Succeeded();
    return Wait(HearsOfChanges() ? kStateAgeIdle : options_.loop_delay);
  }
  if (!duties().reads_batches) return StandBy();
  if (local_->hold() && local_->hold()->StopsBehind(*completed_)) return StandStill();

  ConnectProvider();
  const pgq::BatchSize size = NextSize();
  const base::Duration call_again = BetweenBatches();
  base::HitFailpoint(base::Failpoint::batch_before_next_batch);
  const std::optional<pgq::Batch> batch = AskForBatch(size);
  const bool must_wait = batch && MustWait(*batch);
  if (batch && !must_wait) {
    base::HitFailpoint(base::Failpoint::batch_after_next_batch);
    if (last_wait_ != LastWait::kNone && !waited_) poll_.Found(last_wait_ == LastWait::kWake);
    last_wait_ = LastWait::kNone;
    Process(*batch);
  }
  waited_ = must_wait;
  busy_ = batch && !must_wait;
  Succeeded();
  PublishWatermark(batch);
  if (must_wait)
    Wait(options_.loop_delay);
  else if (!busy_)
    Wait(std::min(poll_.NextWait(provider_->listening(), options_.loop_delay), call_again));
}

// Not before the first batch: a worker that was away has work to do. Unless it fails, which what is
// looked at here may explain.
base::Duration WorkerLoop::BetweenBatches() {
  const bool first = std::exchange(provider_is_new_, false);
  if (first && options_.loops && !failures_.failing()) return base::Duration(0);
  return handler_.BetweenBatches(local_->node(), provider_->connection(), local_->connection());
}

void WorkerLoop::ConnectLocal() {
  const auto connect = pg::ConnectOptions::Fixed(options_.local_connstr, options_.application_name);
  if (!local_listener_) {
    std::set<std::string> channels;
    if (!options_.wake_channel.empty()) channels.insert(options_.wake_channel);
    local_listener_ = std::make_unique<pg::Listener>(connect, channels, interrupt_);
  }
  local_ = std::make_unique<LocalNode>(connect, interrupt_, options_.queue, options_.consumer);
  ClaimWork(local_->connection(),
            {.queue = options_.queue,
             .consumer = options_.consumer,
             .what = "works for this node of queue \"" + options_.queue + "\"",
             .function = "pgq_node.set_consumer_completed(text, text, bigint)",
             .wake_channel = options_.wake_channel},
            interrupt_);
  proof_.NodeConnected(local_->connection());
  superseded_.NodeConnected();
  RefreshNode();
  handler_.TargetConnected(local_->connection());
  next_on_root_ = {};
  handler_knows_target_ = true;
  branch_tick_checked_ = false;
  in_step_ = false;
}

void WorkerLoop::ConnectProvider() {
  const std::string& location = local_->consumer().provider_location;
  if (provider_ &&
      (provider_location_ != location || provider_->node() != local_->consumer().provider_node)) {
    const std::string& node = local_->consumer().provider_node;
    observer_.Log(Severity::kInfo,
                  provider_->node() == node
                      ? "provider " + node + " moved to \"" + pg::RedactConnstr(location) + "\""
                      : "provider changed from " + provider_->node() + " to " + node);
    provider_.reset();
  }
  if (provider_) return;
  if (!has_worked_) CheckDatabase();
  auto provider = std::make_unique<ProviderLink>(
      pg::ConnectOptions::FixedAt(location, options_.remote_extra_connstr,
                                  options_.application_name),
      interrupt_, local_->consumer().provider_node, options_.queue, options_.consumer);
  proof_.ProviderConnected(provider->connection(), local_->node(), provider->node(),
                           local_->connection());
  conditions_.Clear(kProviderLostTime, options_.consumer);
  superseded_.NotRoot(local_->node().name);
  handler_.ProviderConnected(provider->connection());
  provider_ = std::move(provider);
  provider_location_ = location;
  provider_is_new_ = true;
  in_step_ = false;
  batch_began_at_.reset();
  has_worked_ = true;
  watermarks_.ProviderChanged();
}

// SkyTools' commands notify nobody; on our schema the functions that they call do.
bool WorkerLoop::HearsOfChanges() const {
  return local_listener_->connected() && local_->announces_changes();
}

// Not for long: somebody takes a snapshot of what this node holds.
void WorkerLoop::StandStill() {
  busy_ = false;
  Succeeded();
  Wait(kLookAgainWhileHeld);
  state_read_at_ = {};
}

// A command that has changed the node's state waits for us to see it.
bool WorkerLoop::StateIsStale() {
  if (local_listener_->TakeNotified()) return true;
  const auto age = base::Clock::now() - state_read_at_;
  if (busy_) return age >= kStateAgeBusy;
  if (woken_) return age >= kStateAgeWoken;
  return age >= (HearsOfChanges() ? kStateAgeIdle : options_.loop_delay);
}

void WorkerLoop::RefreshNode() {
  // A command that sees us up to date may rely on the batch before being finished.
  if (provider_) provider_->FinishApplied();
  const bool was_paused = local_->consumer().paused;
  const NodeInfo before = local_->node();
  local_->Refresh();
  duties_ = &DutiesOf(local_->node());
  completed_ = local_->consumer().completed_tick;
  if (!completed_) {
    throw base::Error("node " + local_->node().name + " has no position",
                      "Its last_tick_id in pgq_node.local_state is NULL: remove the node with "
                      "drop-node and create it again.");
  }
  proof_.PositionIs(local_->connection(), *completed_);
  state_read_at_ = base::Clock::now();
  woken_ = false;
  ReportStarted(&local_->node());
  if (!before.name.empty() && duties_ != &DutiesOf(before)) NodeChanged(before);
  ListenToCombined();
  NoteStandby();
  if (was_paused != local_->consumer().paused)
    observer_.Log(Severity::kInfo, was_paused ? "resumed" : "paused");
}

void WorkerLoop::NodeChanged(const NodeInfo& before) {
  observer_.Log(Severity::kInfo, "node " + before.name + " changed from " + DutiesOf(before).name +
                                     " to " + duties().name);
  provider_.reset();
  branch_tick_checked_ = false;
  in_step_ = false;
  next_on_root_ = {};
}

void WorkerLoop::StandBy() {
  has_worked_ = true;
  conditions_.Clear(kProviderLostTime, options_.consumer);
  provider_.reset();
  busy_ = false;
  superseded_.Check(local_->node(), local_->connection());
  if (superseded_.closed()) {
    next_on_root_ = base::Clock::now() + options_.global_wm_publish_period;
  } else {
    if (last_wait_ == LastWait::kWake || base::Clock::now() >= next_on_root_)
      next_on_root_ = base::Clock::now() + handler_.OnRoot(local_->node(), local_->connection());
    watermarks_.PublishGlobal(local_->connection());
  }
  const TimePoint now = base::Clock::now();
  if (now >= next_standby_line_) {
    observer_.Log(Severity::kInfo, "{standby: 1}");
    next_standby_line_ = now + kStandbyLineEvery;
  }
  Succeeded();
  const base::Duration state_age = HearsOfChanges() ? kStateAgeIdle : options_.loop_delay;
  Wait(std::min({std::chrono::duration_cast<base::Duration>(next_on_root_ - now), state_age,
                 options_.global_wm_publish_period}));
}

// A round went well.
void WorkerLoop::Succeeded() {
  local_->ClearError();
  failures_.Over();
  StoreConditions();
  failures_.TellRecovery();
}

void WorkerLoop::StoreConditions() {
  for (const pgq::ConditionChange& change : conditions_.Store(local_->connection()))
    observer_.ConditionChanged(change);
}

// A copy of the node's database holds its position, and would take batches away from it.
void WorkerLoop::CheckDatabase() {
  std::string doubt;
  try {
    doubt = CheckOwnLocation(local_->connection(), local_->node(), options_.remote_extra_connstr,
                             options_.application_name, interrupt_);
  } catch (const base::Error& error) {
    throw WorkerRefused(error.what(), error.hint());
  }
  if (!doubt.empty())
    observer_.Log(Severity::kInfo, "could not check whether this is the database of node " +
                                       local_->node().name + " or a copy of it: " + doubt);
}

// At its start a worker gives way to one that lives; otherwise the error would be an endless one.
// What a crash has left goes by itself, and a worker that was at work before waits for its turn.
// Nothing is stored in the node, which is well.
void WorkerLoop::OnAnotherWorker(const AnotherWorker& other) {
  const pg::Failure failure = pg::DescribeCurrentFailure();
  Disconnect();
  if (other.alive() && !has_worked_) throw WorkerRefused(other.what(), other.hint());
  ReportStarted(nullptr);
  Pause(failure, options_.exception_sleep);
}

void WorkerLoop::Recover(const pg::Failure& failure, const char* stopped_kind) {
  const pg::ErrorClass error_class = pg::Classify(failure);
  failures_.SetCondition(failure, error_class, stopped_kind);
  try {
    if (local_ && local_->consumer().error != failure.message)
      local_->StoreError(failure.message.c_str());
    if (local_) StoreConditions();
  } catch (const std::exception&) {
    // The node's own session is part of the trouble. The log has the message.
  }
  Disconnect();
  if (!options_.loops) throw base::Error(failure.message, failure.hint);
  ReportStarted(nullptr);
  Pause(failure, error_class == pg::ErrorClass::kTransient ? options_.exception_sleep
                                                           : options_.exception_sleep * kSeldom);
}

void WorkerLoop::Pause(const pg::Failure& failure, base::Duration longest) {
  const base::Duration delay = failures_.Tell(failure, longest);
  try {
    // The provider's listener is gone; a wake that it left (it wakes us when it has connected) must
    // not turn the delay into none. Administrative commands still end it.
    interrupt_.ClearWake();
    interrupt_.Sleep(base::Deadline::After(delay));
  } catch (const base::Interrupted&) {
    // Run looks at the interrupt itself.
  }
}

void WorkerLoop::Wait(base::Duration at_most) {
  if (!options_.loops && !handler_.Unfinished()) {
    nothing_waits_ = true;
    return;
  }
  const auto state_due = state_read_at_ + (HearsOfChanges() ? kStateAgeIdle : options_.loop_delay) -
                         base::Clock::now();
  const auto woken_due = state_read_at_ + kStateAgeWoken - base::Clock::now();
  base::Clock::duration wait = std::min<base::Clock::duration>(at_most, state_due);
  if (woken_) wait = std::min(wait, woken_due);
  const auto woken =
      interrupt_.Sleep(base::Deadline::After(std::max(wait, base::Clock::duration(0))));
  if (woken == base::Interrupt::Woken::kWake) {
    woken_ = true;
    last_wait_ = LastWait::kWake;
  } else {
    last_wait_ = wait < at_most ? LastWait::kNone : LastWait::kTimeout;
  }
}

void WorkerLoop::DropAgedSessions() {
  if (!local_ || options_.connection_lifetime.count() <= 0) return;
  const auto aged = [&](const pg::Connection& connection) {
    return base::Clock::now() - connection.connected_at() >= options_.connection_lifetime;
  };
  if (!aged(local_->connection()) && !(provider_ && aged(provider_->connection()))) return;
  if (provider_) provider_->FinishApplied();
  Disconnect();
}

void WorkerLoop::Disconnect() {
  if (handler_knows_target_) handler_.TargetClosing();
  handler_knows_target_ = false;
  provider_.reset();
  combined_listener_.reset();
  subtree_watermark_.Forget();
  stood_by_.reset();
  local_.reset();
}

void WorkerLoop::Leave() {
  try {
    if (provider_ && !interrupt_.cancelled()) provider_->FinishApplied();
  } catch (const std::exception&) {
    // The next start finds the batch applied and finishes it then.
  }
  Disconnect();
}

void WorkerLoop::ReportStarted(const NodeInfo* node) {
  if (started_) return;
  started_ = true;
  observer_.Started(node);
}

}  // namespace cascade
