// What --help prints, made from the tables of commands and options.
#pragma once

#include <string>
#include <string_view>

#include "londiste/commands/command.h"

namespace londiste {

std::string UsageLine(std::string_view program);
// All commands with their summaries, and the options of the program itself.
std::string ProgramHelp(std::string_view program);
// One command: its usage, what it does, and its options.
std::string CommandHelp(std::string_view program, const commands::Command& command);

}  // namespace londiste
