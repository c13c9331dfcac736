// Command lines, words ended by zero bytes: what is accepted, written out in full, is read the
// same; the rest is refused as a usage error.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "command_line/parsed_line.h"

namespace {

using command_line::OptionSpec;
using command_line::ParsedLine;

const std::vector<OptionSpec>& Table() {
  using enum OptionSpec::Takes;
  using enum OptionSpec::LongName;
  static const std::vector<OptionSpec> table = {
      {.name = "verbose", .letter = 'v'},
      {.name = "set", .takes = kValues},
      {.name = "stop", .letter = 's', .long_name = kNone},
      {.name = "provider", .letter = 'p', .takes = kValue},
      {.name = "all"},
      {.name = "all-nodes"},
      {.name = "ini", .long_name = kInFull},
  };
  return table;
}

std::vector<std::string> InFull(const ParsedLine& line) {
  std::vector<std::string> words;
  std::map<std::string_view, std::size_t> taken;
  for (const std::string_view name : line.typed()) {
    words.push_back(name == "stop" ? "-s" : "--" + std::string(name));
    if (!line.Values(name).empty()) words.back() += "=" + line.Values(name).at(taken[name]++);
  }
  words.emplace_back("--");
  words.insert(words.end(), line.arguments().begin(), line.arguments().end());
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == 0)
      words.emplace_back();
    else
      words.back() += static_cast<char>(data[i]);
  }
  try {
    const ParsedLine line = command_line::Parse(Table(), words);
    const ParsedLine again = command_line::Parse(Table(), InFull(line));
    if (again.typed() != line.typed() || again.arguments() != line.arguments()) std::abort();
    for (const OptionSpec& option : Table()) {
      if (again.Values(option.name) != line.Values(option.name)) std::abort();
    }
  } catch (const base::UsageError& error) {
    if (std::string(error.what()).empty()) std::abort();
  }
  return 0;
}
