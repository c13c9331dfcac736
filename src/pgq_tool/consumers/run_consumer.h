// The daemon that a kind of consumer is.
#pragma once

#include <functional>
#include <string>

#include "config/settings.h"
#include "daemon/daemonize.h"
#include "daemon/signals.h"
#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool::consumers {

// Until SIGINT (the batch at hand is finished, up to stop_timeout) or SIGTERM (rolled back at
// once), or, without looping, until nothing waits. SIGHUP: `reload` gives the new settings (throws
// ConfigError: the old ones stay), which count from the next batch on. `file`: the configuration
// file, for the log. Returns the exit status.
int RunConsumer(const ConsumerKind& kind, config::Settings settings, const std::string& file,
                const std::function<config::Settings()>& reload, daemon_process::Signals& signals,
                daemon_process::StartReport& report);

enum class PositionTask { kRegister, kUnregister, kRewind, kReset };
// --register, --unregister, --rewind, --reset.
void RunPositionTask(const ConsumerKind& kind, const config::Settings& settings, PositionTask task,
                     base::Interrupt& interrupt);

}  // namespace pgq_tool::consumers
