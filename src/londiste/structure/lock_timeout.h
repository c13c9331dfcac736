// Making a trigger needs a lock that a long transaction can keep for hours, with everybody else
// queueing behind us: commands wait for it as long as setting lock_timeout says.
#pragma once

#include <chrono>
#include <string>

#include "base/error.h"
#include "config/settings.h"
#include "londiste/structure/brief_locks.h"
#include "pg/connection.h"
#include "pg/sqlstate.h"

namespace londiste::structure {

// Runs `work()`, which uses `tx`. Throws base::Error `could not lock table "t" within 100 ms`.
template <class Work>
void WithLockTimeout(pqxx::transaction_base& tx, const config::Settings& settings,
                     const std::string& table, Work work) {
  const auto timeout = settings.seconds("lock_timeout");
  tx.exec("set local lock_timeout = " + std::to_string(timeout.count()));
  try {
    work();
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() != pg::sqlstate::kLockNotAvailable) throw;
    throw base::Error(
        "could not lock table \"" + table + "\" within " + std::to_string(timeout.count()) + " ms",
        "Another transaction uses the table; try again later or raise lock_timeout.");
  }
}

}  // namespace londiste::structure
