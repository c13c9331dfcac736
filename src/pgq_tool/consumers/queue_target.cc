#include "pgq_tool/consumers/queue_target.h"

#include <map>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/failpoint.h"
#include "pgq/producer.h"
#include "pgq/queue.h"

namespace pgq_tool::consumers {
namespace {

pgq::NewEvent CopyOf(const pgq::Event& event) {
  return {event.type,   event.data,   event.extra1, event.extra2,
          event.extra3, event.extra4, event.time};
}

void RequireTargetQueue(pqxx::transaction_base& target, const std::string& queue,
                        const pgq::Event& event) {
  if (pgq::GetQueueInfo(target, queue)) return;
  throw base::Error("queue \"" + queue + "\" of event " + ToString(event.id) +
                        " does not exist in the target database",
                    "\"pgq create " + queue + "\" makes it there; the batch is tried again.");
}

}  // namespace

QueueTarget::QueueTarget(const config::Settings& settings, const Names& names,
                         base::Interrupt& interrupt)
    : connect_(pg::ConnectOptions::Fixed(settings.text("dst_db"), names.job,
                                         pg::TransactionPools::kAllow)),
      consumer_(names.consumer),
      interrupt_(interrupt),
      once_(connect_, interrupt, names.consumer, pgq::ExactlyOnce::Remember::kTick) {}

std::int64_t QueueTarget::Process(pgq::ActiveBatch& batch) {
  std::int64_t events = 0;
  once_.Process(batch, [&](pqxx::transaction_base& target) {
    events = Copy(batch, target);
    base::HitFailpoint(base::Failpoint::forward_before_commit);
  });
  base::HitFailpoint(base::Failpoint::forward_after_commit);
  return events;
}

std::int64_t QueueTarget::Copy(pgq::ActiveBatch& batch, pqxx::transaction_base& target) {
  std::int64_t count = 0;
  std::set<std::string> known;
  pgq::EventChunk chunk;
  while (batch.Next(chunk)) {
    std::map<std::string, std::vector<const pgq::Event*>> by_queue;
    for (const pgq::Event& event : chunk.events()) by_queue[QueueOf(event)].push_back(&event);
    for (const auto& [queue, events] : by_queue) {
      if (known.insert(queue).second) RequireTargetQueue(target, queue, *events.front());
      pgq::BulkProducer producer(once_.connection(), target, queue);
      for (const pgq::Event* event : events) producer.Insert(CopyOf(*event));
      count += producer.Finish();
    }
  }
  return count;
}

std::optional<pgq::TickId> QueueTarget::Position() {
  pg::Connection connection(connect_, interrupt_);
  pqxx::nontransaction tx(connection);
  const pqxx::row row = tx.exec_params1("select pgq_ext.get_last_tick($1)", consumer_);
  if (row[0].is_null()) return std::nullopt;
  return pgq::TickId(row[0].as<std::int64_t>());
}

void QueueTarget::SetPosition(std::optional<pgq::TickId> tick) {
  pg::Connection connection(connect_, interrupt_);
  pqxx::nontransaction tx(connection);
  const std::optional<std::string> value = tick ? std::optional(ToString(*tick)) : std::nullopt;
  tx.exec_params("select pgq_ext.set_last_tick($1, $2)", consumer_, value);
}

}  // namespace pgq_tool::consumers
