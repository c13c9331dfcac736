// Looks once a minute whether partitions of replicated tables have come or gone.
//
// Owned by the handler, used on the worker's thread.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "pg/connection.h"

namespace londiste::worker {

class PartitionWatch {
 public:
  // Does nothing within a minute of the last look, and in a database whose schema is SkyTools' or
  // where this role may not. What is found is a condition, told by londiste.check_partitions, and
  // comes into the log.
  void Check(pg::Connection& node, const std::string& queue);

 private:
  std::optional<std::string> seen_;  // the server's time at the last look
  base::Deadline next_ = base::Deadline::After(base::Duration(0));
};

}  // namespace londiste::worker
