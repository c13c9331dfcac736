// What a command was invoked with.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "command_line/parsed_line.h"
#include "config/settings.h"
#include "daemon/daemonize.h"
#include "daemon/signals.h"

namespace londiste::node {

// Lives as long as the program; used on the main thread.
struct CommandContext {
  const config::Settings& settings;
  const command_line::ParsedLine& options;
  std::vector<std::string> arguments;  // those after the command's name
  std::string_view command;
  base::Interrupt& interrupt;  // cancelled by SIGINT and SIGTERM (not for the worker, which reads
                               // its signals itself)
  daemon_process::Signals& signals;
  daemon_process::StartReport& report;
  std::function<config::Settings()>
      reload;  // reads the configuration again; throws base::ConfigError
};

// Throws base::UsageError when neither names nor --all were given. `kind`: what the command works
// on, "tables"; `lister`: the command that lists them.
void RequireNames(const CommandContext& context, std::string_view kind, std::string_view lister);

// The copy source named by --copy-node or --find-copy-node (`?`); "" without either. Throws
// base::UsageError when both are given.
std::string CopyNode(const CommandContext& context);

}  // namespace londiste::node
