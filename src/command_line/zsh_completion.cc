#include "command_line/zsh_completion.h"

#include <algorithm>

namespace command_line {
namespace {

using LongName = OptionSpec::LongName;

// In single quotes.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string Typed(const OptionSpec& option) {
  return option.long_name == LongName::kNone ? std::string("-") + option.letter
                                             : "--" + std::string(option.name);
}

// One that is offered, with what it means: the first colon parts the two.
std::string Offer(const std::string& word, std::string_view meaning) {
  return " " + Quoted(word + ":" + std::string(meaning));
}

template <class Chosen>
std::string Offers(const std::vector<OptionSpec>& options, Chosen chosen) {
  std::string list;
  for (const OptionSpec& option : options)
    if (chosen(option)) list += Offer(Typed(option), option.help);
  return list;
}

bool Among(const std::vector<std::string_view>& names, const OptionSpec& option) {
  return std::ranges::find(names, option.name) != names.end();
}

std::string WithValue(const std::vector<OptionSpec>& options) {
  std::string pattern;
  for (const OptionSpec& option : options) {
    if (option.takes == OptionSpec::Takes::kNothing) continue;
    pattern += (pattern.empty() ? "" : "|") + Typed(option);
    if (option.letter != 0 && option.long_name != LongName::kNone)
      pattern += std::string("|-") + option.letter;
  }
  return pattern;
}

// The line up to the word that is being typed: which file and command it has, and whether the
// word is the value of an option, for which there is nothing to offer.
std::string Walk(const Completion& completion) {
  const std::string values = WithValue(completion.options);
  return "    for ((at = 2; at < CURRENT; at++)); do\n"
         "        word=${words[at]}\n"
         "        if [[ -n $value ]]; then value=; continue; fi\n"
         "        if [[ -z $ended ]]; then\n"
         "            case $word in\n"
         "                --) ended=yes; continue ;;\n" +
         (values.empty() ? "" : "                " + values + ") value=yes; continue ;;\n") +
         "                -?*) continue ;;\n"
         "            esac\n"
         "        fi\n" +
         (completion.has_file
              ? "        if [[ -z $file ]]; then file=$word; elif [[ -z $command ]]; "
                "then command=$word; fi\n"
              : "        if [[ -z $command ]]; then command=$word; fi\n") +
         "    done\n"
         "    [[ -z $value ]] || return 1\n";
}

std::string Options(const Completion& completion) {
  std::string cases;
  for (const Completion::Command& command : completion.commands) {
    const auto belongs = [&](const OptionSpec& option) {
      return Among(command.options, option) || Among(completion.general, option);
    };
    cases += "            " + std::string(command.name) + ") offers=(" +
             Offers(completion.options, belongs) + " ) ;;\n";
  }
  const auto all = [](const OptionSpec&) { return true; };
  return "    if [[ -z $ended && ${words[CURRENT]} == -* ]]; then\n"
         "        case $command in\n" +
         cases + "            *) offers=(" + Offers(completion.options, all) +
         " ) ;;\n"
         "        esac\n"
         "        _describe -o option offers\n";
}

std::string Commands(const Completion& completion) {
  std::string offers;
  for (const Completion::Command& command : completion.commands)
    offers += Offer(std::string(command.name), command.summary);
  for (const auto& [command, program] : completion.other_programs)
    offers += Offer(std::string(command), "as " + std::string(program));
  if (offers.empty()) return offers;
  return "    elif [[ -z $command ]]; then\n        offers=(" + offers +
         " )\n        _describe command offers\n";
}

std::string Others(const Completion& completion) {
  std::string out;
  for (const auto& [command, program] : completion.other_programs)
    out += "            " + std::string(command) + ") shift words; ((CURRENT--)); _" +
           std::string(program) + "; return ;;\n";
  if (out.empty()) return out;
  return "    if ((CURRENT > 2)); then\n        case ${words[2]} in\n" + out +
         "        esac\n    fi\n";
}

std::string Function(const Completion& completion) {
  return "_" + std::string(completion.programs.at(0)) +
         "()\n{\n    local file= command= value= ended= word\n    local -i at\n"
         "    local -a offers\n" +
         Others(completion) + Walk(completion) + Options(completion) +
         (completion.has_file ? "    elif [[ -z $file ]]; then\n        _files\n" : "") +
         Commands(completion) + "    fi\n}\n";
}

}  // namespace

std::string ZshCompletion(const std::vector<Completion>& programs) {
  std::string names, functions, choice;
  for (const Completion& completion : programs) {
    std::string pattern;
    for (const std::string_view name : completion.programs) {
      names += " " + std::string(name);
      pattern += (pattern.empty() ? "" : "|") + std::string(name);
    }
    functions += Function(completion);
    choice += "    " + pattern + ") _" + std::string(completion.programs[0]) + " ;;\n";
  }
  return "#compdef" + names + "\n# Completion for" + names + " in zsh.\n" + functions +
         "case $service in\n" + choice + "esac\n";
}

}  // namespace command_line
