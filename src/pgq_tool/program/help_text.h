// --help of the program and of each command, from the tables that the program itself uses.
#pragma once

#include <string>
#include <vector>

#include "pgq_tool/commands/command.h"

namespace pgq_tool {

std::string UsageLine();  // with a newline
std::string ProgramHelp();
std::string CommandHelp(const commands::Command& command);
std::vector<std::string> CommandNames();

}  // namespace pgq_tool
