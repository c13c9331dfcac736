#include "cascade/merge_copy.h"

#include "base/error.h"
#include "cascade/cascade_events.h"

namespace cascade {

void MergeCopy::Add(const pgq::Event& event) {
  if (IsCascadeEvent(event)) return;
  pgq::Event own = event;
  if (handler_.PassesOn(own, BatchHandler::Onward::kCombinedQueue)) Append(own);
}

void MergeCopy::EndPart(const BatchContext& context, pqxx::transaction_base& tx) {
  EventCopy::EndPart(context, tx);
  CheckStillRoot(tx);
}

void MergeCopy::EndBatch(const BatchContext& context, pqxx::transaction_base& tx) {
  const std::string tick = ToString(context.batch.tick);
  pgq::Event note;
  note.time = context.batch.tick_time;
  note.type = kTickIdEvent;
  note.data = tick;
  note.extra1 = context.node.queue;
  Append(note);
  EventCopy::EndBatch(context, tx);
}

// In a statement of its own, after the first event was written.
void MergeCopy::CheckStillRoot(pqxx::transaction_base& tx) const {
  const pqxx::result open = tx.exec_params(
      "select 1 from pgq_node.node_info n join pgq.queue q using (queue_name) where n.queue_name = "
      "$1 and n.node_type = 'root' and not q.queue_disable_insert",
      queue());
  if (open.empty())
    throw base::Error(
        "combined queue \"" + queue() +
            "\" takes no events: its node here is not a root any more, or is being demoted",
        "Nothing was changed. As long as the node is a branch, this queue's rows come with the "
        "combined queue.");
}

}  // namespace cascade
