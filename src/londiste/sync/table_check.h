// Looks at the node's tables and their triggers once a minute, and soon after the list of tables
// changed: at once, but while it changes again and again only for a small part of the time.
// Used on the worker's thread.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class TableCheck {
 public:
  // The list of tables, or a table's state, is another one.
  void TablesChanged();
  // Looks if it is time to. Outside a transaction.
  void RunIfDue(pg::Connection& connection, const std::string& queue, pgq::Conditions& conditions);
  // When it has to look at tables that changed, if it has not yet.
  std::optional<base::Clock::time_point> Awaits() const;

 private:
  base::Clock::time_point next_{}, not_before_{};
  bool changed_ = false;
};

}  // namespace londiste::sync
