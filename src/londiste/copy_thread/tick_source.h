// The ticks of the node that a table is copied from: which snapshot a tick has, and how to get one
// soon where nobody writes.
//
// Belongs to the copy's thread; `source` must outlive it.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/growing_pause.h"
#include "cascade/node.h"
#include "londiste/copy/source_node.h"
#include "pg/connection.h"
#include "pgq/snapshot.h"

namespace londiste::copy_thread {

class TickSource {
 public:
  TickSource(pg::Connection& source, std::string queue, const copy::Remote& remote);

  bool Covers(pgq::TickId tick, const pgq::Snapshot& snapshot);

  // Asks for a tick at the root of the queue, at most once a second and ever more rarely while none
  // comes. A failure is returned as text, "" otherwise: ticks come all the same as soon as someone
  // writes.
  std::string AskForTick();
  void GotTick() { pause_.Reset(); }

 private:
  void ForceTickAtRoot();
  pg::Connection& source_;
  std::string queue_;
  const copy::Remote& remote_;
  base::Clock::time_point next_{};
  base::GrowingPause pause_{{.first = base::Duration(1'000), .longest = base::Duration(30'000)}};
};

}  // namespace londiste::copy_thread
