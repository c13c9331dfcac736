#include "londiste/options/option_parser.h"

#include <algorithm>
#include <stdexcept>

#include "base/error.h"
#include "config/settings.h"

namespace londiste::options {
namespace {

const OptionSpec& FindLong(const std::vector<OptionSpec>& table, std::string_view typed) {
  std::vector<const OptionSpec*> matches;
  for (const OptionSpec& option : table) {
    if (option.name == typed) return option;
    if (!typed.empty() && option.name.starts_with(typed)) matches.push_back(&option);
  }
  if (matches.size() == 1) return *matches.front();
  std::string name = "--" + std::string(typed);
  if (matches.empty()) {
    std::vector<std::string> known;
    for (const OptionSpec& option : table) known.emplace_back(option.name);
    std::string near = config::DidYouMean(typed, known);
    throw base::UsageError("no such option: " + name,
                           near.empty() ? "" : "Did you mean \"--" + near + "\"?");
  }
  std::string candidates;
  for (const OptionSpec* option : matches) {
    candidates += (candidates.empty() ? "--" : ", --") + std::string(option->name);
  }
  throw base::UsageError("ambiguous option: " + name + " (" + candidates + "?)");
}

const OptionSpec& FindShort(const std::vector<OptionSpec>& table, char letter) {
  auto found = std::find_if(table.begin(), table.end(),
                            [&](const OptionSpec& option) { return option.letter == letter; });
  if (letter == 0 || found == table.end()) {
    throw base::UsageError("no such option: -" + std::string(1, letter));
  }
  return *found;
}

}  // namespace

ParsedLine Parse(const std::vector<OptionSpec>& table, const std::vector<std::string>& words) {
  ParsedLine line;
  for (const OptionSpec& option : table) {
    line.order_.push_back(option.name);
    line.seen_[option.name];
  }

  std::size_t at = 0;
  auto store_value = [&](const OptionSpec& option, const std::string& shown) {
    if (++at >= words.size()) throw base::UsageError(shown + " option requires 1 argument");
    line.seen_[option.name].values.push_back(words[at]);
  };
  auto parse_long = [&](const std::string& word) {
    std::size_t equals = word.find('=');
    const OptionSpec& option = FindLong(
        table, std::string_view(word).substr(2, equals == std::string::npos ? equals : equals - 2));
    std::string shown = "--" + std::string(option.name);
    ++line.seen_[option.name].count;
    if (option.takes == OptionSpec::Takes::kNothing) {
      if (equals != std::string::npos)
        throw base::UsageError(shown + " option does not take a value");
    } else if (equals != std::string::npos) {
      line.seen_[option.name].values.push_back(word.substr(equals + 1));
    } else {
      store_value(option, shown);
    }
  };
  auto parse_short = [&](const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const OptionSpec& option = FindShort(table, word[i]);
      ++line.seen_[option.name].count;
      if (option.takes == OptionSpec::Takes::kNothing) continue;
      if (i + 1 < word.size()) {
        line.seen_[option.name].values.push_back(word.substr(i + 1));
      } else {
        store_value(option, "-" + std::string(1, word[i]));
      }
      return;
    }
  };

  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--") {
      line.arguments_.insert(line.arguments_.end(),
                             words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
      break;
    }
    if (word.starts_with("--")) {
      parse_long(word);
    } else if (word.size() > 1 && word[0] == '-') {
      parse_short(word);
    } else {
      line.arguments_.push_back(word);
    }
  }
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
