#include "londiste/copy_thread/idle_sessions.h"

#include <chrono>
#include <utility>

namespace londiste::copy_thread {
namespace {

// A server's process grows with each table that it sees.
constexpr std::chrono::minutes kLongestLife(10);
constexpr const char* kRename =
    "select pg_catalog.set_config('application_name', pg_catalog.left($1, 63), false)";

}  // namespace

CopySession::CopySession(const Open& open, base::Interrupt& user) {
  GiveTo(user);
  connection_ = open(own_);
}

void CopySession::GiveTo(base::Interrupt& user) {
  with_user_ = user.OnCancel([this] { own_.Cancel(); });
  if (user.cancelled()) own_.Cancel();  // before that
}

std::unique_ptr<CopySession> IdleSessions::Take(const std::string& purpose,
                                                const std::string& application_name,
                                                const CopySession::Open& open,
                                                base::Interrupt& user) {
  while (std::unique_ptr<CopySession> session = Find(purpose)) {
    session->GiveTo(user);
    try {
      pqxx::nontransaction tx(session->connection());
      tx.exec_params1(kRename, application_name);
      tx.commit();
      return session;
    } catch (const std::exception&) {
      user.ThrowIfCancelled();
      // Its server was restarted, or somebody ended it.
    }
  }
  return std::make_unique<CopySession>(open, user);
}

std::unique_ptr<CopySession> IdleSessions::Find(const std::string& purpose) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(purpose);
  if (found == sessions_.end()) return nullptr;
  std::unique_ptr<CopySession> session = std::move(found->second);
  sessions_.erase(found);
  return session;
}

void IdleSessions::Keep(const std::string& purpose, std::unique_ptr<CopySession> session) {
  session->Release();
  if (session->cancelled() ||
      base::Clock::now() > session->connection().connected_at() + kLongestLife)
    return;
  const std::lock_guard lock(mutex_);
  sessions_.emplace(purpose, std::move(session));
}

void IdleSessions::Close() {
  std::multimap<std::string, std::unique_ptr<CopySession>> sessions;
  const std::lock_guard lock(mutex_);
  sessions.swap(sessions_);
}

}  // namespace londiste::copy_thread
