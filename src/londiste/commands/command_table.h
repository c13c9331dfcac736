// All commands, in the order help lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "londiste/commands/command.h"

namespace londiste::commands {

const std::vector<const Command*>& CommandTable();
// nullptr when there is no such command.
const Command* FindCommand(std::string_view name);
std::vector<std::string> CommandNames();

}  // namespace londiste::commands
