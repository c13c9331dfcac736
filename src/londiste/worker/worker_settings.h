// The worker's settings, from the configuration file to the options of the parts.
#pragma once

#include "base/clock.h"
#include "cascade/worker.h"
#include "config/settings.h"
#include "londiste/sync/table_sync.h"
#include "londiste/worker/replication_handler.h"

namespace londiste::worker {

struct WorkerSettings {
  cascade::WorkerOptions cascade;
  sync::SyncOptions sync;
  ReplicationOptions replication;
  base::Duration stop_timeout{30'000};
};

WorkerSettings ReadWorkerSettings(const config::Settings& settings);

}  // namespace londiste::worker
