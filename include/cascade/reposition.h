// Bringing the two halves of a worker's position together by hand, after one side was restored from
// a backup. Not while the worker runs.
#pragma once

#include <string>

#include "base/interrupt.h"
#include "cascade/worker.h"

namespace cascade {

// Moves the consumer at the provider to where the node stands. Nothing is lost; throws
// ProviderLostTime when the provider has another tick under that number, or none yet, and the
// server's error when the tick is gone there.
pgq::TickId RewindProvider(const WorkerOptions& options, base::Interrupt& interrupt);

// Moves the node to where its consumer stands at the provider: changes between the two positions
// are not replicated. Refused on root and branch.
pgq::TickId ResetNode(const WorkerOptions& options, base::Interrupt& interrupt);

}  // namespace cascade
