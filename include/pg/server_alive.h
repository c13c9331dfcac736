// Sessions that wait for an answer that does not come, because the server, its process or what lies
// between hangs while the connection stays open.
//
// A server is silent for as long as a statement takes, so the silence itself means nothing. One
// thread looks at the sessions that have been waiting for a while, asks the server through a new
// connection what they are doing, and ends those that will never be answered: the new connection is
// not answered either, or the server knows no such session, or believes that it has answered.
// Their owners then see a lost connection.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"

namespace pg {

struct AliveReport {
  enum class Outcome { kWorking, kAskingAgain, kGivenUp };
  Outcome outcome = Outcome::kWorking;
  std::string message;  // one line, names server and process
};
using AliveSink = std::function<void(const AliveReport&)>;

// For the whole process, from now on: sessions without an answer for `timeout` are looked at; zero
// (which it is before the first call): never. May be called again. `sink` is called on a thread of
// its own and must not throw.
void WatchServers(base::Duration timeout, AliveSink sink);
// The timeout in force. Sessions that do nothing but wait for notifications ask half as often
// whether anybody is there.
base::Duration ServerAliveTimeout();

}  // namespace pg
