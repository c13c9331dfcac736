// Transactions that wait for locks only briefly at a time, so that they are never what the deadlock
// detector finds between themselves and the main worker or an administrator's command.
#pragma once

#include "base/interrupt.h"
#include "pg/connection.h"

namespace londiste::copy {

// Below the default deadlock_timeout of one second: whoever we would deadlock with goes on before
// the server looks for a victim.
inline constexpr const char* kBriefLocks = "set local lock_timeout = '700ms'";
inline constexpr const char* kLockNotAvailable = "55P03";

// Lets the others go on for a moment. Throws base::Interrupted.
inline void PauseForLocks(pg::Connection& connection) {
  connection.interrupt().ThrowIfCancelled();
  connection.interrupt().Sleep(base::Deadline::After(std::chrono::milliseconds(300)));
}

// Runs `work(tx)` in a transaction of its own, again and again while it cannot get its locks.
template <class Work>
void WithBriefLocks(pg::Connection& connection, Work work) {
  for (;;) {
    try {
      pqxx::work tx(connection);
      tx.exec0(kBriefLocks);
      work(tx);
      tx.commit();
      return;
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != kLockNotAvailable) throw;
    }
    PauseForLocks(connection);
  }
}

// Runs `work(tx)` as a part of `tx`, again and again while it cannot get its locks: what `tx` has
// done before is not lost.
template <class Work>
void WithBriefLocksInside(pg::Connection& connection, pqxx::work& tx, Work work) {
  for (;;) {
    try {
      pqxx::subtransaction part(tx);
      part.exec0(kBriefLocks);
      work(part);
      part.commit();
      return;
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != kLockNotAvailable) throw;
    }
    PauseForLocks(connection);
  }
}

}  // namespace londiste::copy
