// The one file that includes CLI11, which costs seconds.
//
// CLI11 finds options, values and arguments and checks them. What SkyTools' users have and it does
// not:
// - Beginnings of long names: each that is unambiguous is declared as one more name of its option.
// - Words that it reads otherwise than getopt does: see Guard. Where a word is an option and where
//   it is the value of the one before, only CLI11 knows, so all words are guarded and what comes
//   out is unguarded.
// - The texts of errors: see RefuseUnknown and RefuseUse.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "command_line/parsed_line.h"
#include "config/settings.h"

namespace command_line {
namespace {

using LongName = OptionSpec::LongName;
using Takes = OptionSpec::Takes;

// Stands before bytes that CLI11 must not see first; where the user typed it, it is doubled.
constexpr char kGuard = '\x7F';

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Left alone, CLI11 takes the next word for the value of `--set=`, `-1`, `-!` and `---` for
// arguments, the rest of `-v--all` for an option, and `--quiet=true` for a flag well given.
std::string Guard(std::string_view word) {
  const bool letters = word.size() > 1 && word[0] == '-' && word[1] != '-';
  const bool long_name = word.size() > 2 && word.starts_with("--");
  const std::size_t equals = long_name ? word.find('=') : std::string_view::npos;
  std::string guarded;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const bool misread = ((letters && at > 0) || (long_name && at == 2)) && !IsLetter(word[at]);
    if (misread || word[at] == kGuard) guarded += kGuard;
    guarded += word[at];
    if (at == equals && !word.substr(at + 1).starts_with(kGuard)) guarded += kGuard;
  }
  return guarded;
}

// Of a row of guards every second one was typed.
std::string Unguard(std::string_view guarded) {
  std::string word;
  bool doubled = false;
  for (const char c : guarded) {
    doubled = c == kGuard && !doubled;
    if (!doubled) word += c;
  }
  return word;
}

// The options that `--name` may mean when it is not the full name of one.
std::vector<const OptionSpec*> Candidates(const std::vector<OptionSpec>& table,
                                          std::string_view name) {
  std::vector<const OptionSpec*> candidates;
  for (const OptionSpec& option : table) {
    if (option.long_name == LongName::kMayBeShortened && option.name.starts_with(name))
      candidates.push_back(&option);
  }
  return candidates;
}

bool IsFullName(const std::vector<OptionSpec>& table, std::string_view name) {
  return std::any_of(table.begin(), table.end(), [&](const OptionSpec& option) {
    return option.long_name != LongName::kNone && option.name == name;
  });
}

// All names of `option`, as CLI11 wants them: "-p,--provider,--p,--pr,...".
std::string Names(const std::vector<OptionSpec>& table, const OptionSpec& option) {
  std::string names = option.letter == 0 ? "" : std::string("-") + option.letter;
  const auto add = [&](std::string_view name) {
    names += (names.empty() ? "--" : ",--") + std::string(name);
  };
  if (option.long_name != LongName::kNone) add(option.name);
  if (option.long_name == LongName::kMayBeShortened) {
    for (std::size_t size = 1; size < option.name.size(); ++size) {
      const std::string_view beginning = option.name.substr(0, size);
      if (!IsFullName(table, beginning) && Candidates(table, beginning).size() == 1) add(beginning);
    }
  }
  return names;
}

CLI::Option* Declare(CLI::App& app, const std::vector<OptionSpec>& table,
                     const OptionSpec& option) {
  if (option.takes == Takes::kNothing)
    return app.add_flag(Names(table, option))->take_all()->disable_flag_override();
  // One word for each time, as it is: no lists in brackets, no separators.
  return app.add_option(Names(table, option))->expected(1)->allow_extra_args(false)->take_all();
}

[[noreturn]] void RefuseLetter(const std::string& word) {
  std::size_t end = 2;  // a character of several bytes stays whole
  while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) ++end;
  const std::string letter = word.substr(0, end);
  throw BadOption("no such option: " + letter, letter);
}

// `guarded`: a word, or what was left of it behind good letters.
[[noreturn]] void RefuseUnknown(const std::vector<OptionSpec>& table, const std::string& guarded) {
  const std::string word = Unguard(guarded);
  if (!guarded.starts_with("--")) RefuseLetter(word);
  const std::string name = word.substr(2, word.find('=') - 2);
  std::string candidates;
  for (const OptionSpec* option : Candidates(table, name))
    candidates += (candidates.empty() ? "--" : ", --") + std::string(option->name);
  if (!name.empty() && !candidates.empty())
    throw BadOption("ambiguous option: --" + name + " (" + candidates + "?)", word);
  std::vector<std::string> known;
  for (const OptionSpec& option : table) {
    if (option.long_name != LongName::kNone) known.emplace_back(option.name);
  }
  const std::string near = config::DidYouMean(name, known);
  throw BadOption("no such option: --" + name, word,
                  near.empty() ? "" : "Did you mean \"--" + near + "\"?");
}

// `word` is an option of the table, but lacks a value or has one that it must not have.
[[noreturn]] void RefuseUse(const std::string& word, std::string_view full_name) {
  const std::size_t equals = word.find('=');
  const std::string option =
      word.starts_with("--") ? "--" + std::string(full_name) : std::string("-") + word.back();
  throw BadOption(option + (word.starts_with("--") && equals != std::string::npos
                                ? " option does not take a value"
                                : " option requires 1 argument"),
                  word);
}

}  // namespace

ParsedLine Parse(const std::vector<OptionSpec>& table, const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();  // none of its own
  std::vector<std::pair<const CLI::Option*, const OptionSpec*>> declared;
  for (const OptionSpec& option : table)
    declared.emplace_back(Declare(app, table, option), &option);
  const auto spec_of = [&](const CLI::Option* option) {
    const auto found = std::find_if(declared.begin(), declared.end(),
                                    [&](const auto& pair) { return pair.first == option; });
    return found == declared.end() ? nullptr : found->second;
  };
  // Room for all words; an unlimited list would take `[a,b]` apart.
  const CLI::Option* arguments = app.add_option("arguments")
                                     ->expected(static_cast<int>(words.size()) + 1)
                                     ->allow_extra_args(false)
                                     ->take_all();

  std::vector<std::string>
      rest;  // CLI11 takes words from its end, and leaves what it did not reach
  for (auto word = words.rbegin(); word != words.rend(); ++word) rest.push_back(Guard(*word));
  try {
    app.parse(rest);
  } catch (const CLI::ParseError&) {
    // Unknown options are collected until the end; they stand before the word that ended it.
    if (app.remaining_size() > 0) RefuseUnknown(table, app.remaining().front());
    const std::string& word = words.at(words.size() - 1 - rest.size());
    const OptionSpec* option = spec_of(app.get_option_no_throw(word.substr(0, word.find('='))));
    RefuseUse(word, option == nullptr ? std::string_view() : option->name);
  }

  ParsedLine line;
  for (const auto& [option, spec] : declared) {
    line.order_.push_back(spec->name);
    ParsedLine::Seen& seen = line.seen_[spec->name];
    seen.count = static_cast<int>(option->count());
    if (spec->takes == Takes::kNothing) continue;
    for (const std::string& value : option->results()) seen.values.push_back(Unguard(value));
  }
  for (const CLI::Option* option : app.parse_order()) {
    if (const OptionSpec* spec = spec_of(option)) line.typed_.push_back(spec->name);
  }
  for (const std::string& word : arguments->results()) line.arguments_.push_back(Unguard(word));
  return line;
}

}  // namespace command_line
