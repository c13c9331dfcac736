#include "pg/listener.h"

#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/growing_pause.h"
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
      thread_([this](base::Interrupt& own) { Run(own); }) {}

bool Listener::connected() const { return connected_.load(); }

// Listens until the session is lost (returns by exception).
void Listener::ListenOnce(base::Interrupt& own) {
  Connection connection(options_, own);
  for (const std::string& channel : channels_)
    ExecNative(connection, "listen " + QuoteIdent(channel));
  connected_ = true;
  Notify();  // whatever was notified while nobody listened
  for (;;) {
    if (TakeNotifications(connection)) Notify();
    // Nothing arrives from a server that hangs: asked, it is found out (server_alive.h).
    const base::Duration alive = ServerAliveTimeout();
    const bool readable = connection.WaitReadable(
        alive.count() > 0 ? base::Deadline::After(2 * alive) : base::Deadline::Never());
    if (!readable) ExecNative(connection, "select 1");
  }
}

void Listener::Notify() {
  notified_ = true;
  wake_.Wake();
}

void Listener::Run(base::Interrupt& own) {
  base::GrowingPause pause({.first = kFirstPause, .longest = kLongestPause});
  for (;;) {
    try {
      ListenOnce(own);
    } catch (const base::Interrupted&) {
      throw;
    } catch (const std::exception&) {
      // Quietly: the owner's own session reports what is wrong with the server.
    }
    if (connected_.exchange(false)) pause.Reset();
    own.Sleep(base::Deadline::After(pause.Next()));
  }
}

}  // namespace pg
