// --help of the program and of each command, from the tables that the program itself uses.
#pragma once

#include <string>
#include <vector>

#include "pgq_tool/commands/command.h"
#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool {

std::string UsageLine();  // with a newline
std::string ProgramHelp();
std::string CommandHelp(const commands::Command& command);
// Those of the consumers, too.
std::vector<std::string> CommandNames();

// `name`: as it was called, "pgq queue-mover" or "queue_mover3".
std::string ConsumerHelp(const std::string& name, const consumers::ConsumerKind& kind);
std::string ConsumerUsageLine(const consumers::ConsumerKind& kind);

}  // namespace pgq_tool
