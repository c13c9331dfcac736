#include "pgq_tool/consumers/queue_target.h"

#include <map>
#include <set>
#include <vector>

#include "base/error.h"
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

std::int64_t QueueTarget::Apply(pgq::ActiveBatch& batch, pqxx::transaction_base& target) {
  std::int64_t count = 0;
  std::set<std::string> known;
  pgq::EventChunk chunk;
  while (batch.Next(chunk)) {
    std::map<std::string, std::vector<const pgq::Event*>> by_queue;
    for (const pgq::Event& event : chunk.events()) by_queue[QueueOf(event)].push_back(&event);
    for (const auto& [queue, events] : by_queue) {
      if (known.insert(queue).second) RequireTargetQueue(target, queue, *events.front());
      pgq::BulkProducer producer(connection(), target, queue);
      for (const pgq::Event* event : events) producer.Insert(CopyOf(*event));
      count += producer.Finish();
    }
  }
  return count;
}

}  // namespace pgq_tool::consumers
