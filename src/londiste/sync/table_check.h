// Looks at the node's tables and their triggers once a minute, and when the list of tables changed.
// Used on the worker's thread.
#pragma once

#include <string>

#include "base/clock.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class TableCheck {
 public:
  enum class When { kIfDue, kNow };
  // Outside a transaction.
  void Run(pg::Connection& connection, const std::string& queue, When when,
           pgq::Conditions& conditions);

 private:
  base::Clock::time_point next_{};
};

}  // namespace londiste::sync
