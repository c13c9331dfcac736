// Command line parsing in the dialect that SkyTools' users' scripts are written in: options
// anywhere, `--name=value` or `--name value` (whatever the next word is), unambiguous prefixes of
// long names, clustered short flags, `--` ends the options.
//
// CLI11 does the work, docs/decisions/0004-command-lines-by-cli11.md. Any thread; nothing is
// shared.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "command_line/option_spec.h"

namespace command_line {

// An option that the table does not have, or not so.
class BadOption : public base::UsageError {
 public:
  BadOption(const std::string& message, std::string word, std::string hint = {})
      : UsageError(message, std::move(hint)), word_(std::move(word)) {}
  // As it was typed: `--x=1`; of a cluster of letters only the bad one, `-x`.
  const std::string& word() const { return word_; }

 private:
  std::string word_;
};

// What was typed. Immutable after parsing.
class ParsedLine {
 public:
  // REQUIRES for all: `name` is in the table given to Parse (std::logic_error otherwise).
  bool Has(std::string_view name) const { return Count(name) > 0; }
  int Count(std::string_view name) const;
  // The last value given, or "".
  std::string Value(std::string_view name) const;
  const std::vector<std::string>& Values(std::string_view name) const;
  // Names of all options that were given, in table order.
  std::vector<std::string_view> Given() const;

  // Names of the options as they were typed, one after the other.
  const std::vector<std::string_view>& typed() const { return typed_; }
  const std::vector<std::string>& arguments() const { return arguments_; }

 private:
  friend ParsedLine Parse(const std::vector<OptionSpec>&, const std::vector<std::string>&);
  struct Seen {
    int count = 0;
    std::vector<std::string> values;
  };
  const Seen& Find(std::string_view name) const;

  std::vector<std::string_view> order_;
  std::map<std::string_view, Seen> seen_;  // one entry for each option of the table
  std::vector<std::string_view> typed_;
  std::vector<std::string> arguments_;
};

// `words`: the command line without the program's name. `table` must outlive the result. Throws
// BadOption for the first word that is wrong: `no such option: --x`, `ambiguous option: --s (--set,
// --stop?)`, `--set option requires 1 argument`, `--quiet option does not take a value`.
ParsedLine Parse(const std::vector<OptionSpec>& table, const std::vector<std::string>& words);

}  // namespace command_line
