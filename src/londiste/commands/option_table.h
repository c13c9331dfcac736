// Every option of `londiste`, declared once: the parser's table and the text of --help.
#pragma once

#include <string_view>
#include <vector>

#include "command_line/option_spec.h"

namespace londiste::commands {

const std::vector<command_line::OptionSpec>& OptionTable();

// Options of the program itself (--quiet, --set, ...), accepted with every command; all others
// belong to the commands that name them.
bool IsGeneral(std::string_view name);

// REQUIRES: declared.
const command_line::OptionSpec& FindOption(std::string_view name);

}  // namespace londiste::commands
