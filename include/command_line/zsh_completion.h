// Completion for zsh, made from the same tables as that for bash.
#pragma once

#include <string>
#include <vector>

#include "command_line/bash_completion.h"

namespace command_line {

// The text of a file for zsh's fpath, which completes the names of all of these programs.
// REQUIRES: names of letters, digits and dashes.
std::string ZshCompletion(const std::vector<Completion>& programs);

}  // namespace command_line
