// queue-loader as the worker of a cascade's node: batches come from the node's provider, the
// position is that of the node.
#pragma once

#include <functional>
#include <string>

#include "config/settings.h"
#include "daemon/daemonize.h"
#include "daemon/signals.h"
#include "pgq_tool/consumers/run_consumer.h"

namespace pgq_tool::consumers {

// As RunConsumer, for settings with db.
int RunLoaderNode(config::Settings settings, const std::string& file,
                  const std::function<config::Settings()>& reload, daemon_process::Signals& signals,
                  daemon_process::StartReport& report);
// As RunPositionTask. Throws base::UsageError for --register and --unregister.
void RunNodePositionTask(const config::Settings& settings, PositionTask task,
                         base::Interrupt& interrupt);

}  // namespace pgq_tool::consumers
