#include "pg/pqxx6_policy.h"

#include <utility>

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6 loses one PGresult whenever it finds the session broken: it asks for the client
// encoding, which throws, before anything owns the result. A kilobyte for each lost session;
// reported by the leak checker, and not ours to mend.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx-6"; }
#endif

namespace pg {

Connection::Policy::Policy(OpenedSession opened, std::string target, base::Duration connect_timeout)
    : pqxx::connectionpolicy(std::string()),
      session_(opened.session.release()),
      round_trip_(opened.round_trip),
      backend_pid_(opened.backend_pid),
      target_(std::move(target)) {
  watched_ = std::make_unique<WatchedSession>(WatchedSession::Facts{
      session_, backend_pid_, std::move(opened.parameters), connect_timeout, target_});
}

Connection::Policy::~Policy() noexcept {
  watched_.reset();
  PQfinish(session_);
}

// Called once from init(), again from activate() to complete it, and then for each attempt to bring
// a lost session back.
Connection::Policy::handle Connection::Policy::do_startconnect(handle current) {
  const bool first = current == nullptr && !given_away_;
  if (PQstatus(session_) == CONNECTION_OK && (first || current == session_)) return session_;
  throw pqxx::broken_connection("lost connection to \"" + target_ + "\"");
}

Connection::Policy::handle Connection::Policy::do_completeconnect(handle current) {
  return current;
}

// libpqxx resets a non-null handle (PQreset, that is: reconnects); with null it asks
// do_startconnect, which refuses.
Connection::Policy::handle Connection::Policy::do_dropconnect(handle) noexcept {
  given_away_ = true;
  return nullptr;
}

Connection::Policy::handle Connection::Policy::do_disconnect(handle) noexcept {
  given_away_ = true;
  return nullptr;
}

bool Connection::Policy::is_ready(handle current) const noexcept { return current != nullptr; }

}  // namespace pg
