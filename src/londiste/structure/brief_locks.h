// Transactions that wait for locks only briefly at a time, so that they are never what the deadlock
// detector finds between themselves and the main worker or an administrator's command.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>

#include "base/interrupt.h"
#include "pg/connection.h"

namespace londiste::structure {

// Below the default deadlock_timeout of one second: whoever we would deadlock with goes on before
// the server looks for a victim.
inline constexpr const char* kBriefLocks = "set local lock_timeout = '700ms'";
inline constexpr const char* kLockNotAvailable = "55P03";

// Lets the others go on for a moment, longer with each attempt: who waits behind us waits as long
// as we do. Throws base::Interrupted.
inline void PauseForLocks(pg::Connection& connection, int attempt = 0) {
  constexpr std::chrono::milliseconds kFirst(300), kLongest(10'000);
  connection.interrupt().ThrowIfCancelled();
  connection.interrupt().Sleep(base::Deadline::After(
      std::min<base::Duration>(kFirst * (1 << std::min(attempt, 6)), kLongest)));
}

// Hears each time that a lock could not be had.
using LockRefused = std::function<void()>;

// A transaction that holds the locks which `work(tx)` takes; tried again and again while it cannot
// get them, each time from the start, with nothing held in between.
template <class Work>
std::unique_ptr<pqxx::work> BeginWithBriefLocks(pg::Connection& connection, Work work,
                                                const LockRefused& refused) {
  for (int attempt = 0;; ++attempt) {
    try {
      auto tx = std::make_unique<pqxx::work>(connection);
      tx->exec0(kBriefLocks);
      work(*tx);
      tx->exec0("set local lock_timeout = 0");
      return tx;
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != kLockNotAvailable) throw;
    }
    if (refused) refused();
    PauseForLocks(connection, attempt);
  }
}

// Runs `work(tx)` in a transaction of its own, again and again while it cannot get its locks.
template <class Work>
void WithBriefLocks(pg::Connection& connection, Work work, const LockRefused& refused = {}) {
  for (int attempt = 0;; ++attempt) {
    try {
      pqxx::work tx(connection);
      tx.exec0(kBriefLocks);
      work(tx);
      tx.commit();
      return;
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != kLockNotAvailable) throw;
    }
    if (refused) refused();
    PauseForLocks(connection, attempt);
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

}  // namespace londiste::structure
