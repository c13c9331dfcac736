// Completion for bash, made from a program's table of options.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command_line/option_spec.h"

namespace command_line {

// What a program's command line is made of: options, a configuration file and, where there are
// commands, one of them.
struct Completion {
  struct Command {
    std::string_view name;
    std::vector<std::string_view> options;  // long names of those that only some commands take
    std::string_view summary = {};          // where a shell shows it
  };
  std::vector<std::string_view> programs;  // all names of the program, the first one its own
  std::vector<OptionSpec> options;
  std::vector<std::string_view> general;  // long names of those that every command takes
  std::vector<Command> commands = {};     // empty: a program without commands
  bool has_file = true;                   // before the command; false: the command comes first
  // Commands with a command line of their own: the name of a program that has the same one. They
  // count when they are the first word.
  std::vector<std::pair<std::string_view, std::string_view>> other_programs = {};
};

// The text of a script that bash sources. REQUIRES: names of letters, digits and dashes.
std::string BashCompletion(const Completion& completion);

}  // namespace command_line
