// Reads a queue and hands each batch to a handler, for as long as the program runs.
//
//   pgq::Consumer consumer(options, interrupt);
//   consumer.Run([](pgq::ActiveBatch& batch) {
//     batch.ForEach([](const pgq::Event& event) { ... });
//   });
//
// A batch is finished, in a transaction of its own, after the handler has returned. Whatever goes
// wrong before that, an exception of the handler, a lost connection, the death of the process, the
// whole batch comes again: every event at least once. See exactly_once.h for once.
//
// One process at a time for each consumer name: two would get the same batches. CoopConsumer
// shares. An object belongs to one thread. It holds one connection; Run a second one, which
// listens.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "pg/error.h"
#include "pgq/active_batch.h"
#include "pgq/batch.h"
#include "pgq/ids.h"

namespace pgq {

// May throw anything; what it throws goes to ConsumerOptions::on_failure. Reads none, some or all
// of the events: when it returns, the batch is done with.
using BatchCallback = std::function<void(ActiveBatch&)>;

enum class AfterFailure { kRetry, kGiveUp };
enum class Registration { kIfMissing, kNever };
enum class Wakening { kListen, kPollOnly };

struct ConsumerOptions {
  pg::ConnectOptions connect;  // of the database with the queue
  std::string queue, consumer;

  // Of a consumer that the queue does not know, at the first connect. One that is missing later was
  // unregistered by somebody: a failure.
  Registration registration = Registration::kIfMissing;
  std::optional<TickId> first_tick;  // where a new consumer starts; unset: newest tick

  // Larger or older batches, as pgq.next_batch_custom understands them: with min_count or
  // min_interval a batch may span several ticks; with min_lag it comes no earlier than that.
  BatchSize batch_size;
  int fetch_rows = 1000;  // events held in memory at a time
  std::string filter;     // SQL condition on ev_id … ev_extra4, e.g. "ev_type = 'order'"; "": all

  // An idle consumer is woken by the ticker's notification on channel pgq_<queue id>, on a second
  // connection, and looks by itself this often: for tickers that do not notify, and poolers that
  // swallow notifications.
  base::Duration poll_interval{1000};
  Wakening wakening = Wakening::kListen;

  // Called on each new session, before its first batch and after the registration; outside a
  // transaction. What it throws is a failure.
  std::function<void(pg::Connection&)> on_connect;

  // Called for each failure, on the consumer's thread. `pause`: how long Run waits before it tries
  // again, if it shall; grows from a fifth of a second to `longest_pause` while failures follow
  // each other. kGiveUp: Run throws the failure. Unset: lost connections (once there was one),
  // serialization failures and deadlocks are tried again, everything else is thrown.
  std::function<AfterFailure(const pg::Failure& failure, base::Duration pause)> on_failure;
  base::Duration longest_pause{60'000};
};

class Consumer {
 public:
  // Does not connect yet. `interrupt` outlives the object. Throws base::Error for an empty queue or
  // consumer name.
  Consumer(ConsumerOptions options, base::Interrupt& interrupt);
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // Until the Interrupt says stop: Stop lets the batch at hand be finished; Cancel breaks off, and
  // the batch comes again. Reconnects. Throws what on_failure gave up on.
  void Run(const BatchCallback& handler);
  // One batch, when there is one: true, and it is finished. false: no batch now. Connects when
  // needed; throws every failure (pg::ConnectFailed, pqxx::sql_error, the handler's own, …).
  bool ProcessOne(const BatchCallback& handler);

 private:
  std::unique_ptr<class ConsumerLoop> loop_;
};

}  // namespace pgq
