// On the root: publishes the values of replicated sequences ahead of their use, often enough that a
// subscriber never has one already used.
#pragma once

#include <string>

#include "base/clock.h"
#include "pg/connection.h"

namespace londiste::worker {

// One look; returns when the next is due. How far ahead is published is decided by
// londiste.root_check_seqs.
base::Duration CheckSequences(pg::Connection& root, const std::string& queue);

}  // namespace londiste::worker
