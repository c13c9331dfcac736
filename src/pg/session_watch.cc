#include "pg/session_watch.h"

#include <poll.h>
#include <sys/socket.h>

#include "pg/server_watch.h"

namespace pg {

WatchedSession::WatchedSession(Facts facts)
    : facts_(std::move(facts)), socket_(PQsocket(facts_.session)) {
  ServerWatch::Get().Add(this);
}

WatchedSession::~WatchedSession() { ServerWatch::Get().Remove(this); }

void WatchedSession::ExpectSilence(base::Duration at_most) {
  silent_until_ = (base::Clock::now() + at_most).time_since_epoch().count();
}

// Reads three numbers of the PGconn while its owner may be at work with it. What they were a moment
// ago is good enough: a session is looked at several times before anything follows.
bool WatchedSession::Waits() const {
  if (base::Clock::now().time_since_epoch().count() < silent_until_) return false;
  if (PQtransactionStatus(facts_.session) != PQTRANS_ACTIVE) return false;
  pollfd socket{socket_, POLLIN, 0};
  return poll(&socket, 1, 0) == 0;
}

void WatchedSession::GiveUp() { shutdown(socket_, SHUT_RDWR); }

}  // namespace pg
