// The commands of `pgq` that work on the queues of a database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pgq_tool/commands/command.h"

namespace pgq_tool::commands {

// In the order of --help.
const std::vector<const Command*>& CommandTable();
// nullptr: no such command.
const Command* FindCommand(std::string_view name);

}  // namespace pgq_tool::commands
