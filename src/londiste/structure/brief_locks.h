// Transactions that wait for locks only briefly at a time, so that they are never what the deadlock
// detector finds between themselves and the main worker or an administrator's command.
#pragma once

#include <functional>
#include <memory>

#include "base/growing_pause.h"
#include "base/interrupt.h"
#include "pg/connection.h"
#include "pg/sqlstate.h"

namespace londiste::structure {

// Below the default deadlock_timeout of one second: whoever we would deadlock with goes on before
// the server looks for a victim.
inline constexpr const char* kBriefLocks = "set local lock_timeout = '700ms'";

// Between attempts: longer each time, since who waits behind us waits as long as we do.
inline constexpr base::PauseGrowth kLockPauses{.first = base::Duration(300),
                                               .longest = base::Duration(10'000)};
// Lets the others go on for a moment. Throws base::Interrupted.
inline void PauseForLocks(pg::Connection& connection, base::Duration pause = kLockPauses.first) {
  connection.interrupt().ThrowIfCancelled();
  connection.interrupt().Sleep(base::Deadline::After(pause));
}

// Hears each time that a lock could not be had.
using LockRefused = std::function<void()>;

// A transaction that holds the locks which `work(tx)` takes; tried again and again while it cannot
// get them, each time from the start, with nothing held in between.
template <class Work>
std::unique_ptr<pqxx::work> BeginWithBriefLocks(pg::Connection& connection, Work work,
                                                const LockRefused& refused) {
  base::GrowingPause pause(kLockPauses);
  for (;;) {
    try {
      auto tx = std::make_unique<pqxx::work>(connection);
      tx->exec0(kBriefLocks);
      work(*tx);
      tx->exec0("set local lock_timeout = 0");
      return tx;
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != pg::sqlstate::kLockNotAvailable) throw;
    }
    if (refused) refused();
    PauseForLocks(connection, pause.Next());
  }
}

// Runs `work(tx)` in a transaction of its own, again and again while it cannot get its locks.
template <class Work>
void WithBriefLocks(pg::Connection& connection, Work work, const LockRefused& refused = {}) {
  base::GrowingPause pause(kLockPauses);
  for (;;) {
    try {
      pqxx::work tx(connection);
      tx.exec0(kBriefLocks);
      work(tx);
      tx.commit();
      return;
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != pg::sqlstate::kLockNotAvailable) throw;
    }
    if (refused) refused();
    PauseForLocks(connection, pause.Next());
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
      if (error.sqlstate() != pg::sqlstate::kLockNotAvailable) throw;
    }
    PauseForLocks(connection);
  }
}

}  // namespace londiste::structure
