// Completion for bash, made from a program's table of options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command_line/option_spec.h"

namespace command_line {

// What a program's command line is made of: options, a configuration file and, where there are
// commands, one of them.
struct Completion {
  struct Command {
    std::string_view name;
    std::vector<std::string_view> options;  // long names of those that only some commands take
  };
  std::vector<std::string_view> programs;  // all names of the program, the first one its own
  std::vector<OptionSpec> options;
  std::vector<std::string_view> general;  // long names of those that every command takes
  std::vector<Command> commands = {};     // empty: a program without commands
};

// The text of a script that bash sources. REQUIRES: names of letters, digits and dashes.
std::string BashCompletion(const Completion& completion);

}  // namespace command_line
