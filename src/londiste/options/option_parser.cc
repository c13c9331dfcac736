#include "londiste/options/option_parser.h"

#include <getopt.h>

#include <stdexcept>

#include "base/error.h"
#include "config/settings.h"

namespace londiste::options {
namespace {

// What getopt_long returns for table entry i; above every character.
constexpr int kFirstCode = 256;

std::vector<option> LongOptions(const std::vector<OptionSpec>& table) {
  std::vector<option> options;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const int takes =
        table[i].takes == OptionSpec::Takes::kNothing ? no_argument : required_argument;
    // The names are literals, hence end in a zero byte.
    options.push_back({table[i].name.data(), takes, nullptr, kFirstCode + static_cast<int>(i)});
  }
  options.push_back({nullptr, 0, nullptr, 0});
  return options;
}

// "-": words that are no options come in order, wherever they stand; ":": a missing value is told
// apart.
std::string ShortOptions(const std::vector<OptionSpec>& table) {
  std::string letters = "-:";
  for (const OptionSpec& spec : table) {
    if (spec.letter == 0) continue;
    letters += spec.letter;
    if (spec.takes != OptionSpec::Takes::kNothing) letters += ':';
  }
  return letters;
}

const OptionSpec& FindByCode(const std::vector<OptionSpec>& table, int code) {
  if (code >= kFirstCode) return table.at(static_cast<std::size_t>(code - kFirstCode));
  for (const OptionSpec& spec : table)
    if (spec.letter == code) return spec;
  throw std::logic_error("getopt_long returned a letter that is not declared");
}

// What was wrong with `word`, which getopt_long refused; `code` is its optopt.
[[noreturn]] void Refuse(const std::vector<OptionSpec>& table, const std::string& word, int code) {
  if (!word.starts_with("--"))
    throw base::UsageError("no such option: -" + std::string(1, static_cast<char>(code)));
  if (code != 0)
    throw base::UsageError("--" + std::string(FindByCode(table, code).name) +
                           " option does not take a value");
  const std::string name = word.substr(2, word.find('=') - 2);
  std::string candidates;
  std::vector<std::string> known;
  for (const OptionSpec& spec : table) {
    known.emplace_back(spec.name);
    if (!name.empty() && spec.name.starts_with(name))
      candidates += (candidates.empty() ? "--" : ", --") + known.back();
  }
  if (!candidates.empty())
    throw base::UsageError("ambiguous option: --" + name + " (" + candidates + "?)");
  const std::string near = config::DidYouMean(name, known);
  throw base::UsageError("no such option: --" + name,
                         near.empty() ? "" : "Did you mean \"--" + near + "\"?");
}

}  // namespace

ParsedLine Parse(const std::vector<OptionSpec>& table, const std::vector<std::string>& words) {
  ParsedLine line;
  for (const OptionSpec& spec : table) {
    line.order_.push_back(spec.name);
    line.seen_[spec.name];
  }

  std::vector<std::string> copy = words;
  std::string program;  // argv[0], which getopt_long skips
  std::vector<char*> argv{program.data()};
  for (std::string& word : copy) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int argc = static_cast<int>(argv.size()) - 1;
  const std::vector<option> long_options = LongOptions(table);
  const std::string short_options = ShortOptions(table);

  optind = 0;  // start anew, whatever was parsed before
  opterr = 0;
  for (;;) {
    const int code =
        getopt_long(argc, argv.data(), short_options.c_str(), long_options.data(), nullptr);
    if (code == -1) break;
    if (code == 1) {
      line.arguments_.emplace_back(optarg);
    } else if (code == '?') {
      Refuse(table, argv[static_cast<std::size_t>(optind > 0 ? optind - 1 : 0)], optopt);
    } else if (code == ':') {
      const std::string word = argv[static_cast<std::size_t>(optind - 1)];
      const OptionSpec& spec = FindByCode(table, optopt);
      throw base::UsageError((word.starts_with("--") ? "--" + std::string(spec.name)
                                                     : "-" + std::string(1, spec.letter)) +
                             " option requires 1 argument");
    } else {
      const OptionSpec& spec = FindByCode(table, code);
      ParsedLine::Seen& seen = line.seen_[spec.name];
      ++seen.count;
      if (spec.takes != OptionSpec::Takes::kNothing) seen.values.emplace_back(optarg);
    }
  }
  for (int at = optind; at < argc; ++at)
    line.arguments_.emplace_back(argv[static_cast<std::size_t>(at)]);
  return line;
}

const ParsedLine::Seen& ParsedLine::Find(std::string_view name) const {
  auto found = seen_.find(name);
  if (found == seen_.end()) throw std::logic_error("undeclared option: " + std::string(name));
  return found->second;
}

int ParsedLine::Count(std::string_view name) const { return Find(name).count; }

std::string ParsedLine::Value(std::string_view name) const {
  const Seen& seen = Find(name);
  return seen.values.empty() ? "" : seen.values.back();
}

const std::vector<std::string>& ParsedLine::Values(std::string_view name) const {
  return Find(name).values;
}

std::vector<std::string_view> ParsedLine::Given() const {
  std::vector<std::string_view> given;
  for (std::string_view name : order_) {
    if (Find(name).count > 0) given.push_back(name);
  }
  return given;
}

}  // namespace londiste::options
