// The options of the consumers that are configured by an INI file: SkyTools', with its letters.
#pragma once

#include <vector>

#include "command_line/option_spec.h"

namespace pgq_tool::consumers {

const std::vector<command_line::OptionSpec>& OptionTable();

}  // namespace pgq_tool::consumers
