// One look at the server for all its databases: is there anything new at all?
//
// Whatever inserts events or ends a transaction with events writes WAL. So one connection per
// server asks for the WAL insert position, often while events flow and rarely when idle, and wakes
// the ticker threads only when it moved; twenty idle databases cost what one does. The connection
// is made to a database whose ticker holds one already, so that no other database is kept from
// being dropped or copied.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/repeated_messages.h"
#include "pg/connection.h"
#include "pgqd/settings/options.h"

namespace pgqd {

class WalWatch {
 public:
  explicit WalWatch(const LiveOptions& options);
  ~WalWatch();

  struct View {
    bool trusted = false;      // false: the watch knows nothing of this server; look for yourself
    bool in_recovery = false;  // REQUIRES trusted
    std::uint64_t lsn = 0;
  };

  // A ticker that wants to know, from the time it knows which server it talks to until it leaves.
  // Belongs to the ticker's thread; must not outlive the watch or `wake`.
  class Follower {
   public:
    Follower(WalWatch& wal_watch, std::string database, std::string server, base::Interrupt& wake);
    ~Follower();
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    View Look() const;
    // Asks to be woken at the next move away from `lsn`. False: it has moved already, or the watch
    // is not to be trusted.
    bool Arm(std::uint64_t lsn);
    // Events were found: keep looking often for a while.
    void NoteActivity();

   private:
    friend class WalWatch;
    WalWatch& wal_watch_;
    const std::string database_, server_;
    base::Interrupt& wake_;
    bool armed_ = false;  // guarded by gate_.mutex_
  };

  void Wake() { thread_.Wake(); }

 private:
  struct Reading {
    bool valid = false;
    std::string server;  // its start time: tells servers and their lives apart
    bool in_recovery = false;
    std::uint64_t lsn = 0;
    base::Clock::time_point at{};
  };
  void Run(base::Interrupt& interrupt);
  bool Serve(base::Interrupt& interrupt);
  std::string ChooseDatabase() const;
  bool HasFollower(const std::string& database) const;
  void Publish(Reading reading);
  base::Duration NextPause(base::Duration last, const Options& options) const;
  View ViewLocked(const std::string& server) const;

  const LiveOptions& options_;
  mutable std::mutex mutex_;  // seats_, reading_, last_activity_
  std::list<Follower*> followers_;
  Reading reading_;
  base::Clock::time_point last_activity_{};
  std::size_t failed_attempts_ = 0;  // since the last success; the watch's thread only
  base::RepeatedMessages failures_;
  base::CancellableThread thread_;  // last: it uses all the others
};

// Behind a connection pooler: one query may go to this server session and the next to another, so
// nothing may be left in a session. Poolers make up the process id that the client is told.
bool IsPooled(pg::Connection& connection);

// A query that tells servers, and their lives, apart.
inline constexpr const char* kServerStart =
    "select extract(epoch from pg_catalog.pg_postmaster_start_time())";

// "16/B374D848" as a number. Throws base::Error.
std::uint64_t ParseLsn(const std::string& text);

}  // namespace pgqd
