// The replication worker: a daemon per node.
#pragma once

#include <functional>
#include <string>

#include "config/settings.h"
#include "daemon/daemonize.h"
#include "daemon/signals.h"

namespace londiste::worker {

struct RunOptions {
  enum class Position { kKeep, kRewind, kReset };  // --rewind, --reset
  Position position = Position::kKeep;
  std::string file;  // the configuration file, for the log
};

// Runs until SIGINT (current batch finishes, up to stop_timeout) or SIGTERM (rolls back at once).
// `reload` re-reads the configuration file on SIGHUP and returns the new settings (throws
// ConfigError: the old ones stay). Calls report.Ready() when its first look at the node succeeded
// or the retry loop is running. Returns the process exit status.
int RunWorker(config::Settings settings, const RunOptions& options,
              const std::function<config::Settings()>& reload, daemon_process::Signals& signals,
              daemon_process::StartReport& report);

}  // namespace londiste::worker
