#include "cascade/worker.h"

#include <algorithm>
#include <mutex>

#include "base/failpoint.h"
#include "base/growing_pause.h"
#include "base/repeated_messages.h"
#include "cascade/batch_protocol.h"
#include "cascade/branch_copy.h"
#include "cascade/branch_tick.h"
#include "cascade/failure_text.h"
#include "cascade/local_node.h"
#include "cascade/own_location.h"
#include "cascade/poll_pacer.h"
#include "cascade/provider_link.h"
#include "cascade/sole_worker.h"
#include "pg/conninfo.h"
#include "pg/error.h"
#include "pg/error_class.h"
#include "pg/listener.h"

namespace cascade {
namespace {

using std::chrono::milliseconds;
using TimePoint = base::Clock::time_point;

// How old the node's state may be before the next batch: with batches coming in, after a wake that
// brought no batch, and when nothing happens.
constexpr milliseconds kStateAgeBusy(1'000),
    kStateAgeWoken(250), kStateAgeIdle = PollPacer::kSlowest;
constexpr std::chrono::minutes kStandbyLineEvery(5);

// Conditions that the worker tells of itself, with its consumer as subject.
constexpr const char* kStopped = "worker_stopped";  // needs somebody
constexpr const char* kRetries = "worker_retries";  // fails again and again, but may come right
constexpr int kFailuresToTell = 5;
// How much more seldom is tried what somebody has to mend.
constexpr int kSeldom = 3;

void CheckSupported(const NodeInfo& node) {
  if (node.merge_leaf())
    throw UnsupportedNode("node \"" + node.name + "\" merges into queue \"" + *node.combined_queue +
                              "\": merge leafs are not supported by this version",
                          "Keep the SkyTools worker for this node.");
  if (node.type == NodeType::kBranch && node.attrs.contains("sync_watermark"))
    throw UnsupportedNode(
        "node \"" + node.name +
            "\" has attribute sync_watermark, which this version does not support",
        "Keep the SkyTools worker for this node.");
}

}  // namespace

class Worker::Impl {
 public:
  Impl(WorkerOptions options, BatchHandler& handler, WorkerObserver& observer,
       pgq::Conditions& conditions, base::Interrupt& interrupt)
      : options_(std::move(options)),
        handler_(handler),
        observer_(observer),
        conditions_(conditions),
        interrupt_(interrupt),
        branch_copy_(options_.queue) {}

  void Run();
  void Reconfigure(WorkerOptions options);

 private:
  enum class LastWait { kNone, kTimeout, kWake };

  void TakeNewOptions();
  void Round();
  void ConnectLocal();
  void ConnectProvider();
  void RefreshNode();
  bool StateIsStale() const;
  void StandBy();
  void Process(const pgq::Batch& batch);
  void RepairBranchTick(const pgq::Batch& batch, Position position);
  void ReportApplied(const BatchContext& context, const BatchStats& stats);
  void PublishLocalWatermark();
  void Succeeded();
  void OnAnotherWorker(const AnotherWorker& other);
  void CheckDatabase();
  void Recover(const pg::Failure& failure);
  void TellFailure(const pg::Failure& failure, pg::ErrorClass error_class);
  void StoreConditions();
  void Pause(const pg::Failure& failure, base::Duration longest);
  void Wait(base::Duration at_most);
  void DropAgedSessions();
  void Disconnect();
  void Leave();
  void ReportStarted(const NodeInfo* node);

  WorkerOptions options_;
  BatchHandler& handler_;
  WorkerObserver& observer_;
  pgq::Conditions& conditions_;
  base::Interrupt& interrupt_;

  std::mutex mutex_;  // new_options_
  std::optional<WorkerOptions> new_options_;

  std::unique_ptr<LocalNode> local_;
  std::unique_ptr<pg::Listener> local_listener_;
  std::unique_ptr<ProviderLink> provider_;
  std::string provider_location_;
  BranchCopy branch_copy_;
  bool has_worked_ = false;  // was admitted to both sides once
  bool handler_knows_target_ = false, branch_tick_checked_ = false, started_ = false;
  bool provider_is_new_ = false;  // not yet asked for a batch
  std::optional<pgq::TickId> completed_, published_watermark_;

  PollPacer poll_;
  base::GrowingPause retry_ = base::PauseAfterFailure(options_.exception_sleep);
  base::RepeatedMessages failures_;
  LastWait last_wait_ = LastWait::kNone;
  bool busy_ = false;         // the last round had a batch
  bool woken_ = false;        // since the state was read
  bool failure_told_ = true;  // perhaps by an earlier process
  TimePoint state_read_at_{}, next_on_root_{}, next_local_watermark_{}, next_global_watermark_{},
      next_standby_line_{};
};

void Worker::Impl::Run() {
  while (!interrupt_.stopping()) {
    TakeNewOptions();
    try {
      Round();
    } catch (const UnsupportedNode&) {
      Disconnect();
      throw;
    } catch (const WorkerRefused&) {
      Disconnect();
      throw;
    } catch (const AnotherWorker& other) {
      OnAnotherWorker(other);
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure();
      if (failure.kind == pg::FailureKind::kInterrupted) {
        Disconnect();
      } else if (pg::Classify(failure) == pg::ErrorClass::kNever) {
        Disconnect();
        throw;
      } else {
        Recover(failure);
      }
    }
  }
  Leave();
}

void Worker::Impl::Reconfigure(WorkerOptions options) {
  {
    const std::lock_guard lock(mutex_);
    new_options_ = std::move(options);
  }
  interrupt_.Wake();
}

void Worker::Impl::TakeNewOptions() {
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
void Worker::Impl::Round() {
  DropAgedSessions();
  if (!local_)
    ConnectLocal();
  else if (StateIsStale())
    RefreshNode();

  if (local_->consumer().paused) {
    provider_.reset();
    busy_ = false;
    Succeeded();
    return Wait(local_listener_->connected() ? kStateAgeIdle : options_.loop_delay);
  }
  if (local_->node().type == NodeType::kRoot) return StandBy();

  ConnectProvider();
  pgq::BatchSize size = handler_.BeforeNextBatch(local_->node(), *completed_, local_->connection());
  if (local_->node().type == NodeType::kBranch)
    size = {.min_lag = size.min_lag, .min_count = {}, .min_interval = {}, .join_count = {}};
  // After a round without a batch nothing waits, most likely.
  if (!busy_ && !provider_is_new_) size.join_count.reset();
  provider_is_new_ = false;
  const std::optional<pgq::Batch> batch = provider_->NextBatch(size);
  if (batch) {
    base::HitFailpoint(base::Failpoint::batch_after_next_batch);
    if (last_wait_ != LastWait::kNone) poll_.Found(last_wait_ == LastWait::kWake);
    last_wait_ = LastWait::kNone;
    Process(*batch);
  }
  busy_ = batch.has_value();
  Succeeded();
  PublishLocalWatermark();
  if (!busy_) Wait(poll_.NextWait(provider_->listening(), options_.loop_delay));
}

void Worker::Impl::ConnectLocal() {
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
  RefreshNode();
  handler_.TargetConnected(local_->connection());
  next_on_root_ = {};
  handler_knows_target_ = true;
  branch_tick_checked_ = false;
}

void Worker::Impl::ConnectProvider() {
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
  handler_.ProviderConnected(provider->connection());
  provider_ = std::move(provider);
  provider_location_ = location;
  provider_is_new_ = true;
  has_worked_ = true;
  published_watermark_.reset();
}

bool Worker::Impl::StateIsStale() const {
  const auto age = base::Clock::now() - state_read_at_;
  if (busy_) return age >= kStateAgeBusy;
  if (woken_) return age >= kStateAgeWoken;
  return age >= (local_listener_->connected() ? kStateAgeIdle : options_.loop_delay);
}

void Worker::Impl::RefreshNode() {
  // A command that sees us up to date may rely on the batch before being finished.
  if (provider_) provider_->FinishApplied();
  const bool was_paused = local_->consumer().paused;
  const NodeInfo before = local_->node();
  local_->Refresh();
  CheckSupported(local_->node());
  completed_ = local_->consumer().completed_tick;
  if (!completed_) {
    throw base::Error(
        "node " + local_->node().name + " has no position",
        "last_tick_id in pgq_node.local_state is NULL: drop-node and create it again.");
  }
  state_read_at_ = base::Clock::now();
  woken_ = false;
  ReportStarted(&local_->node());
  if (!before.name.empty() && before.type != local_->node().type) {
    observer_.Log(Severity::kInfo, "node " + before.name + " changed from " +
                                       ToString(before.type) + " to " +
                                       ToString(local_->node().type));
    provider_.reset();
    branch_tick_checked_ = false;
    next_on_root_ = {};
  }
  if (was_paused != local_->consumer().paused)
    observer_.Log(Severity::kInfo, was_paused ? "resumed" : "paused");
}

void Worker::Impl::StandBy() {
  has_worked_ = true;
  provider_.reset();
  busy_ = false;
  if (last_wait_ == LastWait::kWake || base::Clock::now() >= next_on_root_)
    next_on_root_ = base::Clock::now() + handler_.OnRoot(local_->node(), local_->connection());
  const TimePoint now = base::Clock::now();
  if (now >= next_global_watermark_) {
    pqxx::nontransaction tx(local_->connection());
    Require(Call(tx, "select * from pgq_node.set_global_watermark($1, null)", options_.queue));
    next_global_watermark_ = now + options_.global_wm_publish_period;
  }
  if (now >= next_standby_line_) {
    observer_.Log(Severity::kInfo, "{standby: 1}");
    next_standby_line_ = now + kStandbyLineEvery;
  }
  Succeeded();
  const base::Duration state_age =
      local_listener_->connected() ? kStateAgeIdle : options_.loop_delay;
  Wait(std::min({std::chrono::duration_cast<base::Duration>(next_on_root_ - now), state_age,
                 options_.global_wm_publish_period}));
}

void Worker::Impl::Process(const pgq::Batch& batch) {
  const NodeInfo& node = local_->node();
  const BatchContext context{node, batch, local_->connection()};
  const bool branch = node.type == NodeType::kBranch;
  const Position position = ComparePosition(batch, completed_);
  if (branch && (position == Position::kAlreadyApplied || !branch_tick_checked_))
    RepairBranchTick(batch, position);

  BatchStats stats;
  const BatchOutcome outcome =
      ApplyBatch(context, options_.consumer, *completed_, provider_->connection(), handler_,
                 options_.reading, branch ? &branch_copy_ : nullptr, &stats);
  if (outcome == BatchOutcome::kApplied) {
    if (branch) {
      const std::int64_t event_seq = std::max(batch.tick_event_seq, branch_copy_.max_event_id());
      MakeBranchTick(local_->connection(), options_.queue, batch.tick, batch.tick_time, event_seq);
      base::HitFailpoint(base::Failpoint::batch_after_branch_tick);
    }
    ReportApplied(context, stats);
  }
  completed_ = batch.tick;
  provider_->Applied(batch.id);
  if (stats.node_changed) state_read_at_ = {};
}

void Worker::Impl::RepairBranchTick(const pgq::Batch& batch, Position position) {
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

void Worker::Impl::ReportApplied(const BatchContext& context, const BatchStats& stats) {
  for (const std::string& warning : stats.warnings) observer_.Log(Severity::kWarning, warning);
  observer_.Applied(context, stats);
}

void Worker::Impl::PublishLocalWatermark() {
  const TimePoint now = base::Clock::now();
  if (now < next_local_watermark_) return;
  next_local_watermark_ = now + options_.local_wm_publish_period;
  pgq::TickId watermark = *completed_;
  {
    pqxx::nontransaction tx(local_->connection());
    const std::optional<NodeInfo> node = GetNodeInfoAgain(tx, options_.queue);
    if (node && node->local_watermark) watermark = std::min(watermark, *node->local_watermark);
  }
  if (published_watermark_ == watermark) return;
  // A provider that refuses a watermark keeps more history than it needs; that is no reason to stop
  // replication.
  try {
    const std::string refusal = provider_->PublishWatermark(local_->node().name, watermark);
    if (refusal.empty())
      published_watermark_ = watermark;
    else
      observer_.Log(Severity::kWarning, "watermark " + ToString(watermark) + " refused by " +
                                            provider_->node() + ": " + refusal);
  } catch (const pqxx::sql_error& error) {
    observer_.Log(Severity::kWarning, "watermark " + ToString(watermark) + " refused by " +
                                          provider_->node() + ": " + error.what());
  }
}

// A round went well.
void Worker::Impl::Succeeded() {
  retry_.Reset();
  local_->ClearError();
  if (failure_told_) {
    conditions_.Clear(kStopped, options_.consumer);
    conditions_.Clear(kRetries, options_.consumer);
    failure_told_ = false;
  }
  StoreConditions();
  if (const auto failures = failures_.Clear())
    observer_.Log(Severity::kInfo, RecoveryLine(*failures));
}

void Worker::Impl::StoreConditions() {
  for (const pgq::ConditionChange& change : conditions_.Store(local_->connection()))
    observer_.ConditionChanged(change);
}

void Worker::Impl::TellFailure(const pg::Failure& failure, pg::ErrorClass error_class) {
  const bool stopped = error_class == pg::ErrorClass::kNeedsSomebody;
  // A deadlock or two, a server that starts again, is nothing to tell.
  if (!stopped && retry_.taken() < kFailuresToTell) return;
  conditions_.Clear(stopped ? kRetries : kStopped, options_.consumer);
  conditions_.Set(
      {.kind = stopped ? kStopped : kRetries,
       .subject = options_.consumer,
       .severity = stopped ? pgq::ConditionSeverity::kError : pgq::ConditionSeverity::kWarning,
       .message = failure.message,
       .hint = failure.hint});
  failure_told_ = true;
}

// A copy of the node's database holds its position, and would take batches away from it.
void Worker::Impl::CheckDatabase() {
  std::string doubt;
  try {
    doubt = CheckOwnLocation(local_->connection(), local_->node(), options_.remote_extra_connstr,
                             options_.application_name, interrupt_);
  } catch (const base::Error& error) {
    throw WorkerRefused(error.what(), error.hint());
  }
  if (!doubt.empty())
    observer_.Log(Severity::kInfo, "could not look whether this is the database of node " +
                                       local_->node().name + " and no copy of it: " + doubt);
}

// At its start a worker gives way to one that lives; otherwise the error would be an endless one.
// What a crash has left goes by itself, and a worker that was at work before waits for its turn.
// Nothing is stored in the node, which is well.
void Worker::Impl::OnAnotherWorker(const AnotherWorker& other) {
  const pg::Failure failure = pg::DescribeCurrentFailure();
  Disconnect();
  if (other.alive() && !has_worked_) throw WorkerRefused(other.what(), other.hint());
  ReportStarted(nullptr);
  Pause(failure, options_.exception_sleep);
}

void Worker::Impl::Recover(const pg::Failure& failure) {
  const pg::ErrorClass error_class = pg::Classify(failure);
  TellFailure(failure, error_class);
  try {
    if (local_ && local_->consumer().error != failure.message)
      local_->StoreError(failure.message.c_str());
    if (local_) StoreConditions();
  } catch (const std::exception&) {
    // The node's own session is part of the trouble. The log has the message.
  }
  Disconnect();
  ReportStarted(nullptr);
  Pause(failure, error_class == pg::ErrorClass::kTransient ? options_.exception_sleep
                                                           : options_.exception_sleep * kSeldom);
}

void Worker::Impl::Pause(const pg::Failure& failure, base::Duration longest) {
  const base::Duration delay = retry_.Next(longest);
  const std::string text = FailureText(options_.job_name, failure);
  if (const auto repeats = failures_.Add(text)) {
    observer_.Log(Severity::kError, FailureLine(text, *repeats, delay));
    if (!failure.hint.empty()) observer_.Log(Severity::kError, "HINT:  " + failure.hint);
  }
  try {
    // The provider's listener is gone; a wake that it left (it wakes us when it has connected) must
    // not turn the delay into none. Administrative commands still end it.
    interrupt_.ClearWake();
    interrupt_.Sleep(base::Deadline::After(delay));
  } catch (const base::Interrupted&) {
    // Run looks at the interrupt itself.
  }
}

void Worker::Impl::Wait(base::Duration at_most) {
  const auto state_due = state_read_at_ +
                         (local_listener_->connected() ? kStateAgeIdle : options_.loop_delay) -
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

void Worker::Impl::DropAgedSessions() {
  if (!local_ || options_.connection_lifetime.count() <= 0) return;
  const auto aged = [&](const pg::Connection& connection) {
    return base::Clock::now() - connection.connected_at() >= options_.connection_lifetime;
  };
  if (!aged(local_->connection()) && !(provider_ && aged(provider_->connection()))) return;
  if (provider_) provider_->FinishApplied();
  Disconnect();
}

void Worker::Impl::Disconnect() {
  if (handler_knows_target_) handler_.TargetClosing();
  handler_knows_target_ = false;
  provider_.reset();
  local_.reset();
}

void Worker::Impl::Leave() {
  try {
    if (provider_ && !interrupt_.cancelled()) provider_->FinishApplied();
  } catch (const std::exception&) {
    // The next start finds the batch applied and finishes it then.
  }
  Disconnect();
}

void Worker::Impl::ReportStarted(const NodeInfo* node) {
  if (started_) return;
  started_ = true;
  observer_.Started(node);
}

Worker::Worker(WorkerOptions options, BatchHandler& handler, WorkerObserver& observer,
               pgq::Conditions& conditions, base::Interrupt& interrupt)
    : impl_(std::make_unique<Impl>(std::move(options), handler, observer, conditions, interrupt)) {}
Worker::~Worker() = default;
void Worker::Run() { impl_->Run(); }
void Worker::Reconfigure(WorkerOptions options) { impl_->Reconfigure(std::move(options)); }

}  // namespace cascade
