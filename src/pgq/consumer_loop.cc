#include "pgq/consumer_loop.h"

#include <utility>

#include "base/error.h"
#include "pg/sqlstate.h"
#include "pgq/session_state.h"

namespace pgq {

void RequireName(const std::string& name, const std::string& what) {
  if (name.empty()) throw base::Error("the name of the " + what + " is empty");
}

ConsumerLoop::ConsumerLoop(ConsumerOptions options, ActiveBatch::Source source,
                           std::unique_ptr<ConsumerCalls> calls, base::Interrupt& interrupt)
    : options_(std::move(options)),
      source_(std::move(source)),
      calls_(std::move(calls)),
      interrupt_(interrupt),
      retry_(base::PauseAfterFailure(options_.longest_pause)) {
  if (options_.connect.application_name.empty())
    options_.connect.application_name = source_.consumer;
}

ConsumerLoop::~ConsumerLoop() = default;

void ConsumerLoop::Connect() {
  auto connection = std::make_unique<pg::Connection>(options_.connect, interrupt_);
  {
    pqxx::work transaction(*connection);
    // Not at a reconnect: a consumer that was unregistered, or is missing in a database brought
    // back from a backup, would go on at the newest tick and pass over what came before.
    if (options_.registration == Registration::kIfMissing && !was_connected_)
      calls_->Register(transaction);
    transaction.commit();
  }
  if (options_.on_connect) options_.on_connect(*connection);
  connection_ = std::move(connection);
  was_connected_ = true;
  listening_ = false;
}

// Once for each session, when there is nothing to do for the first time. The channel bears the
// queue's number, another one if the queue was dropped and created again. The listener has a
// session of its own, since this one may hold a transaction for the length of a batch; it
// reconnects by itself, and wakes us once it listens.
void ConsumerLoop::Listen() {
  if (listening_ || options_.wakening == Wakening::kPollOnly) return;
  pqxx::nontransaction lookup(*connection_);
  const pqxx::result id = lookup.exec_params(
      "select queue_id from pgq.queue where queue_name operator(pg_catalog.=) $1", source_.queue);
  const std::string channel = id.empty() ? "" : "pgq_" + id[0][0].as<std::string>();
  listening_ = true;
  if (channel == channel_) return;
  listener_.reset();
  channel_ = channel;
  if (channel.empty()) return;
  pg::ConnectOptions options = options_.connect;
  options.application_name += " listen";
  listener_ = std::make_unique<pg::Listener>(options, std::set<std::string>{channel}, interrupt_);
}

bool ConsumerLoop::ProcessOne(const BatchCallback& handler) {
  try {
    if (!connection_) Connect();
    const std::optional<Batch> batch = calls_->Next(*connection_);
    if (!batch) return false;
    ActiveBatch active(*connection_, *batch, source_);
    handler(active);
    active.EndReading();
    Finish(active);
    return true;
  } catch (...) {
    DropUnfitSession();
    throw;
  }
}

// One message, and so one transaction: the retries are stored and the batch is finished, or
// neither.
void ConsumerLoop::Finish(const ActiveBatch& batch) {
  const pqxx::result finished = pg::ExecAutocommit(
      *connection_, batch.RetryStatements() + calls_->FinishStatement(batch.id()));
  if (finished[0][0].as<int>(0) == 1) return;
  throw base::Error("batch " + base::ToString(batch.id()) + " of queue \"" + source_.queue +
                        "\" does not belong to this consumer any more",
                    "Another process uses the same consumer name, the consumer was moved, or "
                    "another subconsumer took the batch over.");
}

void ConsumerLoop::DropUnfitSession() {
  if (connection_ && !IsReusable(*connection_)) connection_.reset();
}

void ConsumerLoop::Run(const BatchCallback& handler) {
  while (!interrupt_.stopping()) {
    try {
      RunUntilStopped(handler);
      return;
    } catch (...) {
      if (interrupt_.cancelled()) return;
      DropUnfitSession();
      AfterFailureInRun(pg::DescribeCurrentFailure(&interrupt_));
    }
  }
}

void ConsumerLoop::RunUntilStopped(const BatchCallback& handler) {
  while (!interrupt_.stopping()) {
    const bool found = ProcessOne(handler);
    retry_.Reset();
    if (found) continue;
    Listen();
    interrupt_.Sleep(base::Deadline::After(options_.poll_interval));
  }
}

// REQUIRES: the failure is being handled, for it may have to be thrown on.
void ConsumerLoop::AfterFailureInRun(const pg::Failure& failure) {
  const base::Duration pause = retry_.Next();
  if (Decide(failure, pause) == AfterFailure::kGiveUp) throw;
  // A notification is no reason to try again sooner.
  const base::Deadline end = base::Deadline::After(pause);
  try {
    while (interrupt_.Sleep(end) == base::Interrupt::Woken::kWake) {
    }
  } catch (const base::Interrupted&) {
    // Run ends by itself.
  }
}

AfterFailure ConsumerLoop::Decide(const pg::Failure& failure, base::Duration pause) const {
  if (options_.on_failure) return options_.on_failure(failure, pause);
  const bool passes = failure.kind == pg::FailureKind::kConnectionLost ||
                      (failure.kind == pg::FailureKind::kConnectFailed && was_connected_) ||
                      (failure.kind == pg::FailureKind::kSql &&
                       failure.sqlstate.starts_with(pg::sqlstate::kClassTransactionRollback));
  return passes ? AfterFailure::kRetry : AfterFailure::kGiveUp;
}

}  // namespace pgq
