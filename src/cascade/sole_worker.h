// Of several processes that would work for one consumer, one does.
//
// Each marks its session with an advisory lock of its own, which nobody can take in advance, and
// looks for the marks of others. Marks of roles that may not do such work are not counted, so only
// who could disturb the consumer anyway can keep its worker out.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/interrupt.h"
#include "pg/connection.h"

namespace cascade {

class AnotherWorker : public base::Error {
 public:
  AnotherWorker(const std::string& message, std::string hint, bool alive)
      : Error(message, std::move(hint)), alive_(alive) {}
  // It was seen at work. Otherwise its session may only be what a crash has left, for a moment.
  bool alive() const { return alive_; }

 private:
  bool alive_;
};

struct WorkClaim {
  std::string queue, consumer;
  std::string what;          // for the message: `works for node "n"`
  std::string function;      // who may execute it may do the work, e.g. pgq.finish_batch(bigint)
  std::string wake_channel;  // a living worker does something when it is notified; "": none
  std::string hint = {};     // what to do; "": as for workers
};

// The server's process of another one that has claimed it; unset: nobody has, or none of ours.
std::optional<int> FindWork(pg::Connection& connection, const WorkClaim& claim);

// Claims it for the life of the session. Waits a moment for another one that is about to end.
// Throws AnotherWorker, base::Interrupted.
void ClaimWork(pg::Connection& connection, const WorkClaim& claim, base::Interrupt& interrupt);

}  // namespace cascade
