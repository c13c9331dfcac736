// How --help is laid out: what to type at the left, what it means at the right, lines of at most
// 100 characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "command_line/option_spec.h"

namespace command_line {

// Columns where the two parts of an entry begin.
struct EntryColumns {
  std::size_t left = 2;
  std::size_t text = 26;
};

// `text` broken at blanks; every line after the first begins with `indent` blanks, and the first is
// taken to stand there, too.
std::string Wrap(std::string_view text, std::size_t indent);
// The lines of one entry, with a line feed behind each. Text goes to a line of its own when `left`
// is long.
std::string Entry(std::string_view left, std::string_view text, EntryColumns columns = {});
// `-p, --provider=CONNSTR` and its help.
std::string OptionEntry(const OptionSpec& option, EntryColumns columns = {});

}  // namespace command_line
