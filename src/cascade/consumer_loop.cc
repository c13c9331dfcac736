#include "cascade/consumer_loop.h"

#include <utility>

#include "base/error.h"
#include "cascade/own_location.h"
#include "cascade/sole_worker.h"
#include "pg/sqlstate.h"

namespace cascade {
namespace {

// How old the consumer's state may be before the next batch while batches come in.
constexpr base::Duration kStateAge(1'000);

void RequireName(const std::string& name, const std::string& what) {
  if (name.empty()) throw base::Error("the name of the " + what + " is empty");
}

}  // namespace

ConsumerLoop::ConsumerLoop(ConsumerOptions options, base::Interrupt& interrupt)
    : options_(std::move(options)),
      interrupt_(interrupt),
      proof_(options_.queue, options_.consumer),
      retry_(base::PauseAfterFailure(options_.longest_pause)) {
  RequireName(options_.queue, "queue");
  RequireName(options_.consumer, "consumer");
  if (options_.application_name.empty()) options_.application_name = options_.consumer;
}

bool ConsumerLoop::ProcessOne(BatchHandler& handler) {
  try {
    state_read_at_ = {};
    const bool found = Round(handler);
    FinishApplied();
    return found;
  } catch (...) {
    Recover(handler, pg::DescribeCurrentFailure(&interrupt_));
    throw;
  }
}

namespace {

// What a worker's administrator is told to do does not help a plain consumer.
[[noreturn]] void RaiseLostTime(const ProviderLostTime& error, const std::string& consumer) {
  throw ProviderLostTime(
      "consumer \"" + consumer + "\": " + error.what(),
      "The provider was restored, cloned, or failed over to a standby that lacked changes, which "
      "this consumer has applied. If it is a branch and gets them back, or its registered location "
      "is corrected, or the consumer is given another provider that has them, it goes on. "
      "Otherwise "
      "unregister it and register it again, and see to what it has applied.");
}

}  // namespace

// True: there was a batch.
bool ConsumerLoop::Round(BatchHandler& handler) {
  if (!local_)
    ConnectNode(handler);
  else if (base::Clock::now() - state_read_at_ >= kStateAge)
    Refresh();
  if (local_->consumer().paused) {
    provider_.reset();
    return false;
  }
  std::optional<pgq::Batch> batch;
  try {
    ConnectProvider(handler);
    batch = provider_->NextBatch(
        handler.BeforeNextBatch(local_->node(), *completed_, local_->connection()));
    if (batch) proof_.CheckBatch(*batch, provider_->connection());
  } catch (const ProviderLostTime& error) {
    RaiseLostTime(error, options_.consumer);
  }
  if (batch) Process(*batch, handler);
  local_->ClearError();
  return batch.has_value();
}

void ConsumerLoop::Process(const pgq::Batch& batch, BatchHandler& handler) {
  const pgq::ReadOptions reading{.fetch_rows = options_.fetch_rows, .ahead_bytes = 0};
  const BatchContext context{local_->node(), batch, local_->connection(), proof_.For(batch)};
  const BatchOutcome outcome =
      ApplyBatch(context, options_.consumer, *completed_, provider_->connection(), handler, reading,
                 nullptr, nullptr);
  if (outcome == BatchOutcome::kPartlyApplied) return;  // the provider gives it again
  if (outcome == BatchOutcome::kApplied) proof_.Moved(batch);
  completed_ = batch.tick;
  provider_->Applied(batch.id);
}

void ConsumerLoop::ConnectNode(BatchHandler& handler) {
  local_ = std::make_unique<LocalNode>(
      pg::ConnectOptions::Fixed(options_.connstr, options_.application_name), interrupt_,
      options_.queue, options_.consumer, LocalNode::Role::kPlainConsumer);
  ClaimWork(local_->connection(),
            {.queue = options_.queue,
             .consumer = options_.consumer,
             .what = "consumes queue \"" + options_.queue + "\" at this node",
             .function = "pgq_node.set_consumer_completed(text, text, bigint)",
             .wake_channel = ""},
            interrupt_);
  proof_.NodeConnected(local_->connection());
  Refresh();
  handler.TargetConnected(local_->connection());
  handler_knows_target_ = true;
}

void ConsumerLoop::ConnectProvider(BatchHandler& handler) {
  const ConsumerState& state = local_->consumer();
  if (provider_ &&
      (provider_->node() != state.provider_node || provider_location_ != state.provider_location))
    provider_.reset();
  if (provider_) return;
  // A copy of the node's database has the same position, and would take batches away from it.
  if (!was_connected_)
    CheckOwnLocation(local_->connection(), local_->node(), options_.provider_extra_connstr,
                     options_.application_name, interrupt_);
  auto provider = std::make_unique<ProviderLink>(
      pg::ConnectOptions::FixedAt(state.provider_location, options_.provider_extra_connstr,
                                  options_.application_name),
      interrupt_, state.provider_node, options_.queue, options_.consumer);
  proof_.ProviderConnected(provider->connection(), local_->node(), provider->node(),
                           local_->connection());
  handler.ProviderConnected(provider->connection());
  provider_ = std::move(provider);
  provider_location_ = state.provider_location;
  was_connected_ = true;
}

void ConsumerLoop::Refresh() {
  // Who sees us up to date may rely on the batch before being finished.
  FinishApplied();
  local_->Refresh();
  completed_ = local_->consumer().completed_tick;
  if (!completed_)
    throw base::Error("consumer \"" + options_.consumer + "\" has no position",
                      "Its last_tick_id in pgq_node.local_state is NULL: unregister it and "
                      "register it again.");
  proof_.PositionIs(local_->connection(), *completed_);
  state_read_at_ = base::Clock::now();
}

void ConsumerLoop::FinishApplied() {
  if (provider_) provider_->FinishApplied();
}

void ConsumerLoop::Run(BatchHandler& handler) {
  while (!interrupt_.stopping()) {
    bool passes = false;
    try {
      return RunUntilStopped(handler);
    } catch (const AnotherWorker& other) {
      passes = !other.alive();  // left by a crash
      if (interrupt_.cancelled()) break;
      Disconnect(handler);
      AfterFailureInRun(passes);
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt_);
      Recover(handler, failure);
      if (interrupt_.cancelled()) return;
      AfterFailureInRun(false);
    }
  }
  Disconnect(handler);
}

void ConsumerLoop::RunUntilStopped(BatchHandler& handler) {
  while (!interrupt_.stopping()) {
    const bool found = Round(handler);
    retry_.Reset();
    if (found) continue;
    interrupt_.Sleep(base::Deadline::After(options_.poll_interval));
    state_read_at_ = {};
  }
  FinishApplied();
}

// REQUIRES: the failure is being handled, for it may have to be thrown on. `passes`: by itself.
void ConsumerLoop::AfterFailureInRun(bool passes) {
  const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt_);
  const base::Duration pause = retry_.Next();
  if (options_.on_failure) {
    passes = options_.on_failure(failure, pause) == pgq::AfterFailure::kRetry;
  } else {
    passes = passes || failure.kind == pg::FailureKind::kConnectionLost ||
             (failure.kind == pg::FailureKind::kConnectFailed && was_connected_) ||
             (failure.kind == pg::FailureKind::kSql &&
              failure.sqlstate.starts_with(pg::sqlstate::kClassTransactionRollback));
  }
  if (!passes) throw;
  // A notification is no reason to try again sooner.
  const base::Deadline end = base::Deadline::After(pause);
  try {
    while (interrupt_.Sleep(end) == base::Interrupt::Woken::kWake) {
    }
  } catch (const base::Interrupted&) {
    // Run ends by itself.
  }
}

void ConsumerLoop::Recover(BatchHandler& handler, const pg::Failure& failure) {
  try {
    if (local_ && failure.kind != pg::FailureKind::kInterrupted &&
        local_->consumer().error != failure.message)
      local_->StoreError(failure.message.c_str());
  } catch (const std::exception&) {
    // The node's own session is part of the trouble.
  }
  Disconnect(handler);
}

void ConsumerLoop::Disconnect(BatchHandler& handler) {
  if (handler_knows_target_) handler.TargetClosing();
  handler_knows_target_ = false;
  provider_.reset();
  local_.reset();
}

}  // namespace cascade
