// What all threads of one pgqd share. Lives in the supervisor, longer than any of them.
#pragma once

#include <functional>

#include "pgqd/failures/server_failures.h"
#include "pgqd/news/wal_watch.h"
#include "pgqd/settings/options.h"
#include "pgqd/threads/session_limit.h"
#include "pgqd/work/counters.h"
#include "pgqd/work/tick_budget.h"

namespace pgqd {

struct SharedServices {
  explicit SharedServices(Options first) : options(std::move(first)), wal_watch(options) {}

  LiveOptions options;
  Counters counters;
  ServerFailures server_failures;
  SessionLimit session_limit;
  WalWatch wal_watch;
  TickBudget tick_budget;
};

}  // namespace pgqd
