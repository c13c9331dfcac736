// Merging: the events of a part queue's batch go into the combined queue of this database, under
// new ids, with a note how far the part has come. Bookkeeping of the part queue stays behind.
#pragma once

#include <string>

#include "cascade/event_copy.h"

namespace cascade {

class MergeCopy final : public EventCopy {
 public:
  // `handler` says what belongs to the part queue alone; must outlive the object.
  MergeCopy(const std::string& combined_queue, BatchHandler& handler)
      : EventCopy(combined_queue, Ids::kNew), handler_(handler) {}

  void Add(const pgq::Event& event) override;
  // Adds `pgq.tick-id`. Throws base::Error unless the combined queue's node is a root that takes
  // events: it cannot cease to be one before this transaction has ended, since its last tick waits
  // for whoever has written events.
  void EndPart(const BatchContext& context, pqxx::transaction_base& tx) override;
  void EndBatch(const BatchContext& context, pqxx::transaction_base& tx) override;

 private:
  void CheckStillRoot(pqxx::transaction_base& tx) const;

  BatchHandler& handler_;
};

}  // namespace cascade
