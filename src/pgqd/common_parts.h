// What all threads of one pgqd share. Lives in the supervisor, longer than any of them.
#pragma once

#include <functional>

#include "pgqd/options.h"
#include "pgqd/server_failures.h"
#include "pgqd/statistics.h"
#include "pgqd/turnstile.h"
#include "pgqd/wal_gate.h"

namespace pgqd {

struct CommonParts {
  explicit CommonParts(Options first) : options(std::move(first)), gate(options) {}

  LiveOptions options;
  Statistics statistics;
  ServerFailures server_failures;
  Turnstile turnstile;
  WalGate gate;
};

}  // namespace pgqd
