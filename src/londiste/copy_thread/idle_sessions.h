// Sessions that a copy has left as it found them, for the next one. To open a session, and to have
// the server load into it what a copy calls, takes longer than to copy a small table.
//
// Owned by CopyPool, made before its copies; its methods may be called from their threads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/interrupt.h"
#include "pg/connection.h"

namespace londiste::copy_thread {

// A session with an Interrupt of its own, which is cancelled with that of the thread that uses it.
class CopySession {
 public:
  using Open = std::function<std::unique_ptr<pg::Connection>(base::Interrupt&)>;
  // Opens it for the thread of `user`, which must outlive this or the next Release.
  CopySession(const Open& open, base::Interrupt& user);
  CopySession(const CopySession&) = delete;

  pg::Connection& connection() { return *connection_; }
  bool cancelled() const { return own_.cancelled(); }
  // From now on another thread uses it.
  void GiveTo(base::Interrupt& user);
  void Release() { with_user_ = {}; }

 private:
  base::Interrupt own_;
  std::unique_ptr<pg::Connection> connection_;
  base::Interrupt::Registration with_user_;  // last: it cancels all the others
};

class IdleSessions {
 public:
  IdleSessions() = default;
  IdleSessions(const IdleSessions&) = delete;

  // One that was kept for the same purpose, under its new name, or a new one. `purpose`: where it
  // leads, and how it was set up. Throws what `open` throws.
  std::unique_ptr<CopySession> Take(const std::string& purpose, const std::string& application_name,
                                    const CopySession::Open& open, base::Interrupt& user);
  // Closed at once when it was cancelled, since the server may still be about to hear of it.
  void Keep(const std::string& purpose, std::unique_ptr<CopySession> session);
  // No copy needs them any more.
  void Close();

 private:
  std::unique_ptr<CopySession> Find(const std::string& purpose);

  std::mutex mutex_;  // sessions_; never held while talking to a server
  std::multimap<std::string, std::unique_ptr<CopySession>> sessions_;
};

}  // namespace londiste::copy_thread
