// The options of the commands that work on the queues of a database; those that say which one are
// psql's.
#pragma once

#include <string_view>
#include <vector>

#include "command_line/option_spec.h"

namespace pgq_tool::commands {

const std::vector<command_line::OptionSpec>& OptionTable();
// Every command takes it.
bool IsGeneral(std::string_view name);
// REQUIRES: declared.
const command_line::OptionSpec& FindOption(std::string_view name);

}  // namespace pgq_tool::commands
