#include "command_line/bash_completion.h"

#include <algorithm>

namespace command_line {
namespace {

using LongName = OptionSpec::LongName;

void Append(std::string& list, std::string_view separator, const std::string& text) {
  list += (list.empty() ? "" : std::string(separator)) + text;
}

// As it is offered: the long form where there is one.
std::string Typed(const OptionSpec& option) {
  return option.long_name == LongName::kNone ? std::string("-") + option.letter
                                             : "--" + std::string(option.name);
}

std::string Typed(const std::vector<OptionSpec>& options,
                  const std::vector<std::string_view>& names) {
  std::string list;
  for (const OptionSpec& option : options) {
    if (std::find(names.begin(), names.end(), option.name) != names.end())
      Append(list, " ", Typed(option));
  }
  return list;
}

std::string All(const std::vector<OptionSpec>& options) {
  std::string list;
  for (const OptionSpec& option : options) Append(list, " ", Typed(option));
  return list;
}

// A pattern of those that are followed by a value.
std::string WithValue(const std::vector<OptionSpec>& options) {
  std::string pattern;
  for (const OptionSpec& option : options) {
    if (option.takes == OptionSpec::Takes::kNothing) continue;
    Append(pattern, "|", Typed(option));
    if (option.letter != 0 && option.long_name != LongName::kNone)
      Append(pattern, "|", std::string("-") + option.letter);
  }
  return pattern;
}

// Bash cuts words at '=': --set=a is three of them.
constexpr std::string_view kWalk =
    R"(    local current=${COMP_WORDS[COMP_CWORD]} file= command= value= ended= at word options
    COMPREPLY=()
@OTHERS@    for ((at = 1; at < COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        if [[ -n $value && $word == = ]]; then continue; fi
        if [[ -n $value ]]; then value=; continue; fi
        if [[ -z $ended ]]; then
            case $word in
                --) ended=yes; continue ;;
@VALUE@                -?*) continue ;;
            esac
        fi
@WORD@    done
    [[ -z $value ]] || return 0
    if [[ -z $ended && $current == -* ]]; then
        case $command in
@OPTIONS@        esac
        COMPREPLY=($(compgen -W "$options" -- "$current"))
@FILE@@COMMANDS@    fi
)";

constexpr std::string_view kFile =
    R"(    elif [[ -z $file ]]; then
        compopt -o filenames 2>/dev/null
        local IFS=$'\n'
        COMPREPLY=($(compgen -f -- "$current"))
)";

// The rest of the line as if it were the other program's.
std::string Others(const Completion& completion) {
  std::string out;
  for (const auto& [command, program] : completion.other_programs)
    out += "            " + std::string(command) + ") COMP_WORDS=(\"${COMP_WORDS[@]:1}\"); " +
           "COMP_CWORD=$((COMP_CWORD - 1)); _" + std::string(program) + "; return ;;\n";
  if (out.empty()) return out;
  return "    if ((COMP_CWORD > 1)); then\n        case ${COMP_WORDS[1]} in\n" + out +
         "        esac\n    fi\n";
}

void Replace(std::string& text, std::string_view mark, std::string_view by) {
  text.replace(text.find(mark), mark.size(), by);
}

}  // namespace

std::string BashCompletion(const Completion& completion) {
  const std::string program(completion.programs.at(0));
  std::string names, commands, options;
  for (const std::string_view name : completion.programs) Append(names, " ", std::string(name));
  for (const Completion::Command& command : completion.commands) {
    Append(commands, " ", std::string(command.name));
    if (const std::string own = Typed(completion.options, command.options); !own.empty())
      options +=
          "            " + std::string(command.name) + ") options='" + own + " '$general ;;\n";
  }
  for (const auto& other : completion.other_programs)
    Append(commands, " ", std::string(other.first));
  if (!commands.empty()) options += "            ?*) options=$general ;;\n";
  options += "            *) options='" + All(completion.options) + "' ;;\n";

  std::string walk(kWalk);
  const std::string values = WithValue(completion.options);
  Replace(walk, "@VALUE@",
          values.empty() ? "" : "                " + values + ") value=yes; continue ;;\n");
  Replace(walk, "@OTHERS@", Others(completion));
  Replace(walk, "@WORD@",
          completion.has_file
              ? "        if [[ -z $file ]]; then file=$word; elif [[ -z $command ]]; "
                "then command=$word; fi\n"
              : "        if [[ -z $command ]]; then command=$word; fi\n");
  Replace(walk, "@FILE@", completion.has_file ? kFile : std::string_view());
  Replace(walk, "@OPTIONS@", options);
  Replace(walk, "@COMMANDS@",
          commands.empty() ? ""
                           : "    elif [[ -z $command ]]; then\n        COMPREPLY=($(compgen -W '" +
                                 commands + "' -- \"$current\"))\n");
  return "# Completion for " + names + " in bash.\n_" + program + "()\n{\n    local general='" +
         Typed(completion.options, completion.general) + "'\n" + walk + "}\ncomplete -F _" +
         program + " " + names + "\n";
}

}  // namespace command_line
