// On the root: publishes the values of replicated sequences ahead of their use, often enough that a
// subscriber never has one already used.
//
// Owned by the handler, used on the worker's thread.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "pg/connection.h"

namespace londiste::worker {

class SequenceWatch {
 public:
  // One look; returns when the next is due: twice a second, sooner while a sequence moves. Reads
  // one position in the WAL while nothing is written on the server, and writes nothing while no
  // sequence moves. How far ahead is published is decided by londiste.root_check_seqs, which counts
  // on this.
  base::Duration Check(pg::Connection& root, const std::string& queue);

 private:
  std::optional<std::string> seen_;        // the positions of all sequences at the last check
  std::optional<std::string> wal_;         // the server's position before that
  base::Clock::time_point look_anyway_{};  // whatever is in the WAL
};

}  // namespace londiste::worker
