#include "pg/listener.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pg/error.h"
#include "pg/quote.h"
#include "pg/result.h"
#include "pg/server_alive.h"

namespace pg {
namespace {

constexpr base::Duration kFirstPause = std::chrono::seconds(1);
constexpr base::Duration kLongestPause = std::chrono::seconds(60);

bool TakeNotifications(Connection& connection) {
  bool any = false;
  while (PGnotify* notify = PQnotifies(connection.native())) {
    PQfreemem(notify);
    any = true;
  }
  return any;
}

}  // namespace

Listener::Listener(ConnectOptions options, std::set<std::string> channels, base::Interrupt& wake)
    : options_(std::move(options)),
      channels_(std::move(channels)),
      wake_(wake),
      thread_([this] { Run(); }) {}

Listener::~Listener() {
  own_.Cancel();
  thread_.join();
}

bool Listener::connected() const { return connected_.load(); }

// Listens until the session is lost (returns by exception).
void Listener::ListenOnce() {
  Connection connection(options_, own_);
  for (const std::string& channel : channels_)
    ExecNative(connection, "listen " + QuoteIdent(channel));
  connected_ = true;
  wake_.Wake();  // whatever was notified while nobody listened
  for (;;) {
    if (TakeNotifications(connection)) wake_.Wake();
    // Nothing arrives from a server that hangs: asked, it is found out (server_alive.h).
    const base::Duration alive = ServerAliveTimeout();
    const bool readable = connection.WaitReadable(alive.count() > 0 ? base::Deadline::After(2 * alive)
                                                                    : base::Deadline::Never());
    if (!readable) ExecNative(connection, "select 1");
  }
}

void Listener::Run() {
  base::Duration pause = kFirstPause;
  for (;;) {
    try {
      ListenOnce();
    } catch (const base::Interrupted&) {
      return;
    } catch (const std::exception&) {
      // Quietly: the owner's own session reports what is wrong with the server.
    }
    if (connected_.exchange(false)) pause = kFirstPause;
    try {
      own_.Sleep(base::Deadline::After(pause));
    } catch (const base::Interrupted&) {
      return;
    }
    pause = std::min(pause * 2, kLongestPause);
  }
}

}  // namespace pg
