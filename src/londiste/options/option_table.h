// Every option of `londiste`, declared once: the parser's table and the text of --help.
#pragma once

#include <string_view>
#include <vector>

#include "londiste/options/option_parser.h"

namespace londiste::options {

const std::vector<OptionSpec>& OptionTable();

// Options of the program itself (--quiet, --set, ...), accepted with every command; all others
// belong to the commands that name them.
bool IsGeneral(std::string_view name);

// REQUIRES: declared.
const OptionSpec& FindOption(std::string_view name);

}  // namespace londiste::options
