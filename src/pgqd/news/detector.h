// Finds the databases of the cluster, on a thread of its own; its connection is closed between
// looks.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "base/cancellable_thread.h"
#include "base/interrupt.h"
#include "base/repeated_messages.h"
#include "pgqd/settings/options.h"

namespace pgqd {

class Detector {
 public:
  // Called on the detector's thread after each look.
  using OnFound = std::function<void(std::set<std::string>)>;

  Detector(const LiveOptions& options, OnFound on_found);

  void Wake() { thread_.Wake(); }
  void Stop() { thread_.Stop(); }
  void Cancel() { thread_.Cancel(); }
  bool ended() const { return thread_.over(); }

 private:
  void Run(base::Interrupt& interrupt);
  void Look(base::Interrupt& interrupt);

  const LiveOptions& options_;
  const OnFound on_found_;
  base::RepeatedMessages failures_;
  base::CancellableThread thread_;  // last: it uses all the others
};

}  // namespace pgqd
