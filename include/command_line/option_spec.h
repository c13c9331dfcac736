// One option of a program, declared once: the parser, --help, the manual page and the completion of
// shells read the same table of these. The texts are literals.
#pragma once

#include <string_view>

namespace command_line {

struct OptionSpec {
  enum class Takes { kNothing, kValue, kValues };  // kValues: may be repeated
  // How the long name may be written: also as an unambiguous beginning of it, in full only, or not
  // at all.
  enum class LongName { kMayBeShortened, kInFull, kNone };

  std::string_view name;  // long name, without dashes; the program asks for the option by it
  char letter = 0;        // short name, a letter of ASCII, or 0
  Takes takes = Takes::kNothing;
  std::string_view metavar = {};  // how help calls the value
  std::string_view help = {};
  LongName long_name = LongName::kMayBeShortened;
};

}  // namespace command_line
