// Asks a consumer of a node to stand still (pgq_node.hold_consumer), as long as the object lives.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "pg/connection.h"
#include "pgq/ids.h"

namespace cascade {

class ConsumerHold {
 public:
  // From now on it takes no batch. `node`: its name, for messages. `connection` is in the node's
  // database, outlives the object and has no transaction open when it is called.
  ConsumerHold(pg::Connection& connection, std::string queue, std::string consumer,
               std::string node);
  ~ConsumerHold();
  ConsumerHold(const ConsumerHold&) = delete;

  // Until it stands between two batches. Throws NoCut when nobody answers.
  void AwaitAnswer(const std::function<void(const std::string& line)>& remind);
  // It may go on up to `tick`, a tick at a time.
  void GoOnTo(pgq::TickId tick);
  // Called again and again while the hold is needed.
  void Renew();
  // Throws NoCut when it cannot reach it, being paused.
  bool HasReached(pgq::TickId tick, pgq::TickId& position);
  void Release();

 private:
  void Ask();

  pg::Connection& connection_;
  const std::string queue_, consumer_, node_;
  std::optional<pgq::TickId> tick_;
  base::Deadline renew_ = base::Deadline::After(base::Duration(0));
  bool held_ = false;
};

}  // namespace cascade
