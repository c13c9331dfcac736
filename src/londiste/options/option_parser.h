// Command line parsing in the dialect that SkyTools' users' scripts are written in: options
// anywhere, `--name=value` or
// `--name value`, unambiguous prefixes of long names, clustered short flags, `--` ends the options.
//
// glibc's getopt_long does the work (docs/decisions/0004-getopt-long.md). One thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace londiste::options {

struct OptionSpec {
  enum class Takes { kNothing, kValue, kValues };  // kValues: may be repeated
  std::string_view name;                           // long name, without dashes
  char letter = 0;                                 // short name, or 0
  Takes takes = Takes::kNothing;
  std::string_view metavar = {};  // how help calls the value
  std::string_view help = {};
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
  std::vector<std::string> arguments_;
};

// `words`: the command line without the program's name. `table` must outlive the result. Throws
// base::UsageError: `no such option: --x`, `ambiguous option: --s (--set, --stop?)`, `--set option
// requires 1 argument`, `--quiet option does not take a value`.
ParsedLine Parse(const std::vector<OptionSpec>& table, const std::vector<std::string>& words);

}  // namespace londiste::options
