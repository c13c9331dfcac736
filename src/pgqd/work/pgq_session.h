// One ticker connection and the SQL spoken on it. Belongs to the ticker's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "pgq/ticker_lock.h"
#include "pgqd/news/demand.h"
#include "pgqd/settings/options.h"

namespace pgqd {

class PgqSession {
 public:
  // Connects. Throws pg::ConnectFailed, base::Interrupted.
  PgqSession(const Options& options, const std::string& database, base::Interrupt& interrupt);

  bool HasPgq();
  struct Owners {
    std::string role;  // the session's
    bool superuser = false;
    std::string strangers;  // in words; "" for none
  };
  // Whose functions this session is about to run, apart from superusers' and its own role's. Runs
  // none of them.
  Owners WhoOwnsPgq();
  // pgq.version(); nullopt when the call gives no single value.
  std::optional<std::string> Version();
  bool InRecovery();
  // default_transaction_read_only is on for this database, role or server.
  bool IsReadOnly();
  // Nothing that was set, prepared or locked in the session can be counted on; see IsPooled.
  bool pooled() const { return pooled_; }
  // Who this server is, for WalWatch.
  std::string ServerStart();
  // This pgqd is now the one of this database. False: another session holds the lock. Pooled: only
  // that no other session holds it now.
  bool TryLock();
  struct LockHolder {
    int pid = 0;  // of the server session; 0: nobody holds the lock any more
    std::string user;
    bool may_tick = false;  // else it is no pgqd
  };
  LockHolder WhoHoldsLock();
  // Settles what this PgQ can do. Call once after HasPgq and Version.
  void Prepare();
  // pgq.ticker_on_demand() and pgq.ticker_demand_state() are there.
  bool can_tick_on_demand() const { return pgq_.on_demand; }
  // pgq.ticker_wait() is there, and this session is one that can wait in it.
  bool can_wait() const { return pgq_.wait && !pooled_; }

  // It tells which queues moved.
  bool can_tell_which_moved() const { return can_wait() && pgq_.wait_moved; }

  struct TickedAll {
    long ticked = 0;         // queues that got a tick
    std::size_t queues = 0;  // that pgq.ticker() looks at
    // What a PgQ that goes on with the others tells: queues that somebody keeps from being ticked,
    // and queues that cannot be.
    std::vector<std::string> locked, failed;
  };
  // pgq.ticker(), or pgq._tick_queues() where that is there.
  TickedAll TickAll();
  // pgq._tick_queues() is there, and has taken the ticker locks without waiting.
  bool can_tick_around_locks() const { return pgq_.tick_queues; }
  // One queue, without waiting for locks. REQUIRES can_tick_around_locks().
  TickedAll TickOne(const std::string& queue);
  // Who keeps a queue from being ticked, in words; "" when nobody does. REQUIRES
  // can_tick_around_locks().
  std::string TickerLockHolder(const std::string& queue);
  // Names of queues that pgq.ticker() ticks.
  std::vector<std::string> OrdinaryQueues();
  bool Tick(const std::string& queue);

  struct State {
    std::vector<QueueTicks> queues;
    OpenTransactions open;
  };
  // Of all queues that are ticked on demand, or of those with these ids. REQUIRES for the latter:
  // can_ask_for_some().
  State DemandState(const std::optional<std::vector<int>>& queue_ids);
  bool can_ask_for_some() const { return pgq_.some; }
  // Whether some other session of the server has a transaction open that writes.
  bool WritersOpen();
  DemandAnswer TickOnDemand(const DemandPolicy::Request& request);
  // The same for many, which have moved, in one transaction: by queue id. Throws when one of them
  // cannot be ticked. REQUIRES can_ask_for_some().
  std::map<int, DemandAnswer> TickMoved(const std::vector<int>& queue_ids);

  enum class Waited { kTimeout, kEvents, kGaveUp };
  struct News {
    Waited waited = Waited::kTimeout;
    std::vector<int> moved{};  // ids of queues
    bool which = false;        // whether `moved` and `committed` can be told here
    bool committed = false;    // somebody's commit ended the wait
  };
  // Waits at the server until somebody commits what a ticker looks for, or has done so since
  // `queues` were read, or the time is over. `give_up` is asked when the thread is woken; after
  // kGaveUp the session can only be closed. REQUIRES can_wait().
  News WaitForEvents(const std::map<int, QueueTicks>& queues, base::Duration at_most,
                     const std::function<bool()>& give_up);

  // Queue id -> newest tick of each queue that a ticker ticks.
  using TickIds = std::map<int, std::int64_t>;
  // pg_notify on each queue's channel, in a transaction of its own.
  void Notify(const TickIds& ticks);
  struct Newest {
    TickIds ticks;
    std::optional<base::Clock::time_point> idle_tick_due;  // the first one of any queue
  };
  // The same for the newest ticks of all queues that are not in `known`.
  Newest NotifyNewest(const TickIds& known);

  struct PgqCheck {
    bool pgq_changed = false;  // PgQ is gone, or has been updated since Prepare()
    // When the first event of the retry queue is due; long ago when this role cannot tell.
    std::optional<base::Clock::time_point> retry_due;
  };
  PgqCheck Look();
  base::Clock::time_point connected_at() const { return connection_.connected_at(); }

 private:
  struct Pgq {
    bool on_demand = false;    // has the functions for ticks on demand
    bool wait = false;         // has pgq.ticker_wait()
    bool tick_queues = false;  // has pgq._tick_queues()
    bool some = false;         // has pgq.ticker_demand_state(integer[]) and pgq._tick_moved()
    bool wait_moved = false;   // has pgq.ticker_wait_moved()
    std::string identity;      // changes when it is installed again or updated; "" when not there
    friend bool operator==(const Pgq&, const Pgq&) = default;
  };
  static Pgq ParsePgq(const pqxx::row& row);
  static TickedAll ParseTickedAll(const pqxx::row& row);
  void FindSequences(const std::map<int, QueueTicks>& queues);
  static News ParseNews(PGresult* result, const std::vector<int>& queue_ids);
  pqxx::result Exec(const std::string& sql);
  // A statement of Prepare(), which a pooled session cannot keep.
  pqxx::result ExecPrepared(const char* name, const std::string& sql);
  // A statement of Prepare() with ids of queues, or `sql` with them.
  pqxx::result ExecForQueues(const char* name, const std::string& sql,
                             const std::vector<int>& queue_ids);
  DemandAnswer ParseAnswer(const pqxx::row& row) const;
  // A statement that makes ticks: in read committed.
  pqxx::result ExecTick(const std::string& sql);
  pg::Connection connection_;
  std::string database_;
  bool pooled_ = false;
  Pgq pgq_;                               // as of Prepare()
  std::map<int, std::string> sequences_;  // queue id -> oid of its event sequence
};

}  // namespace pgqd
