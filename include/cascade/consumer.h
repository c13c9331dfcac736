// Follows a queue of a cascade from one of its nodes, and applies each batch exactly once to that
// node's database: the position is kept there (pgq_node.local_state) and moves in the transaction
// that writes the batch's effects.
//
//   cascade::ConsumerOptions options;
//   options.connstr = "dbname=shop";  // the node: a root, branch or leaf of the queue
//   options.queue = "orders";
//   options.consumer = "stock";
//   cascade::RegisterConsumer(options, "", {}, interrupt);  // consumer_registration.h
//   cascade::Consumer consumer(options, interrupt);
//   consumer.Run([](pqxx::transaction_base& target, std::span<const pgq::Event> events) { ... });
//
// Unlike a pgq::Consumer it may change from one provider to another, as ticks and events have the
// same ids on all of them. It takes no part in the cascade's own work: events `pgq.*` are passed
// over, and events cannot be put back for a retry.
//
// One process at a time for each consumer name; a second one is refused. An object belongs to one
// thread. It holds a session with the node's database and two with the provider.
// Source: the protocol of SkyTools' cascaded consumers; either program can take over from the
// other.
#pragma once

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <span>
#include <string>

#include "base/interrupt.h"
#include "cascade/batch_handler.h"
#include "pg/error.h"
#include "pgq/batch.h"
#include "pgq/consumer.h"

namespace cascade {

struct ConsumerOptions {
  std::string connstr;  // of the node's database; no pooler that shares sessions
  // Keywords added to the provider's registered location, e.g. "user=reader sslmode=require".
  std::string provider_extra_connstr;
  std::string application_name;  // "": the consumer's name
  std::string queue, consumer;

  // For EventsCallback; a BatchHandler says these itself.
  pgq::BatchSize batch_size;
  std::string filter;  // SQL condition on ev_id … ev_extra4, e.g. "ev_type = 'order'"; "": all

  int fetch_rows = 1000;  // events held in memory at a time
  // An idle consumer is woken by the provider's ticker, and looks by itself this often: also
  // whether it was paused, or given another provider.
  base::Duration poll_interval{1000};

  // As in pgq::ConsumerOptions. A failure is also stored in the node, where `status` shows it.
  std::function<pgq::AfterFailure(const pg::Failure& failure, base::Duration pause)> on_failure;
  base::Duration longest_pause{60'000};
};

// Some of a batch's events, in their order; called again until all were given, and not at all for a
// batch without any. Writes what they stand for in `target`, whose search_path is the database's;
// must not commit. What it throws rolls the whole batch back, and it comes again.
using EventsCallback =
    std::function<void(pqxx::transaction_base& target, std::span<const pgq::Event> events)>;

class Consumer {
 public:
  // Does not connect yet. `interrupt` outlives the object. Throws base::Error for an empty queue or
  // consumer name.
  Consumer(ConsumerOptions options, base::Interrupt& interrupt);
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // Until the Interrupt says stop: Stop lets the batch at hand be finished; Cancel breaks off, and
  // the batch comes again. Reconnects; waits while the consumer is paused. Throws what on_failure
  // gave up on.
  void Run(const EventsCallback& callback);
  // The same for who needs to know where batches begin and end. The target session is one of
  // SessionSettings::kFixed: names need their schema.
  void Run(BatchHandler& handler);

  // One batch, when there is one and the consumer is not paused: true, and it is finished. Connects
  // when needed; throws every failure.
  bool ProcessOne(const EventsCallback& callback);
  bool ProcessOne(BatchHandler& handler);

 private:
  std::unique_ptr<class ConsumerLoop> loop_;
};

}  // namespace cascade
