// Prints the generated parts of the manual pages as Markdown, the completion for shells, and the
// diagram of table states, from the same declarations that the programs use.
//
//   manual_reference PART
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "command_line/bash_completion.h"
#include "command_line/zsh_completion.h"
#include "config/settings.h"
#include "londiste/commands/command_table.h"
#include "londiste/commands/option_table.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/program/settings.h"
#include "londiste/tables/merge_state.h"
#include "pgq_tool/commands/command_table.h"
#include "pgq_tool/commands/option_table.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/option_table.h"
#include "pgqd/command_line.h"
#include "pgqd/settings/settings.h"

namespace {

template <class Command>
std::string Commands(const std::vector<const Command*>& table) {
  std::string out;
  for (const Command* command : table) {
    out += "**" + std::string(command->name) + "**";
    if (!command->arguments.empty()) out += " " + std::string(command->arguments);
    out += "\n:   " + std::string(command->summary) + ".";
    if (!command->details.empty()) out += " " + std::string(command->details);
    if (!command->options.empty()) {
      out += " Options:";
      for (const std::string_view option : command->options)
        out += " **--" + std::string(option) + "**";
      out += ".";
    }
    out += "\n\n";
  }
  return out;
}

std::string Options(const std::vector<command_line::OptionSpec>& table) {
  std::string out;
  for (const auto& option : table) {
    if (option.letter) out += std::string("**-") + option.letter + "**, ";
    out += "**--" + std::string(option.name) + "**";
    if (!option.metavar.empty()) out += " " + std::string(option.metavar);
    out += "\n:   " + std::string(option.help) + "\n\n";
  }
  return out;
}

std::string Handlers() {
  std::string out;
  for (const auto* kind : londiste::handlers::HandlerKinds()) {
    out += "**" + std::string(kind->name) + "**\n:   " + std::string(kind->help);
    for (const auto& argument : kind->arguments)
      out += " Argument **" + (argument.name == "*" ? "others" : std::string(argument.name)) +
             "**: " + std::string(argument.help) + ".";
    out += "\n\n";
  }
  return out;
}

command_line::Completion LondisteCompletion() {
  command_line::Completion completion{.programs = {"londiste", "londiste3"},
                                      .options = londiste::commands::OptionTable(),
                                      .general = {}};
  for (const auto& option : londiste::commands::OptionTable())
    if (londiste::commands::IsGeneral(option.name)) completion.general.push_back(option.name);
  for (const auto* command : londiste::commands::CommandTable())
    completion.commands.push_back({command->name, command->options, command->summary});
  return completion;
}

// Of the consumers, and of the program that they are commands of.
std::vector<command_line::Completion> PgqCompletion() {
  namespace commands = pgq_tool::commands;
  command_line::Completion completion{.programs = {"pgq"},
                                      .options = commands::OptionTable(),
                                      .general = {},
                                      .commands = {},
                                      .has_file = false};
  for (const auto& option : commands::OptionTable())
    if (commands::IsGeneral(option.name)) completion.general.push_back(option.name);
  for (const auto* command : commands::CommandTable())
    completion.commands.push_back({command->name, command->options, command->summary});
  command_line::Completion consumers{
      .programs = {}, .options = pgq_tool::consumers::OptionTable(), .general = {}};
  for (const auto* kind : pgq_tool::consumers::ConsumerKinds()) {
    consumers.programs.push_back(kind->program);
    completion.other_programs.emplace_back(kind->command, consumers.programs[0]);
  }
  return {consumers, completion};
}

std::string Consumers() {
  std::string out;
  for (const auto* kind : pgq_tool::consumers::ConsumerKinds())
    out += "**" + std::string(kind->command) + "**, **" + std::string(kind->program) +
           "**\n:   " + std::string(kind->summary) + ". " + std::string(kind->details) + "\n\n";
  return out;
}

std::string ConsumerSettings() {
  std::string out = config::SettingsMarkdown(pgq_tool::consumers::CommonSettings());
  for (const auto* kind : pgq_tool::consumers::ConsumerKinds())
    out +=
        "\n## " + std::string(kind->command) + "\n\n" + config::SettingsMarkdown(kind->settings());
  return out;
}

command_line::Completion PgqdCompletion() {
  return {.programs = {"pgqd"}, .options = pgqd::OptionTable(), .general = {}};
}

std::string Bash(const std::vector<command_line::Completion>& completions) {
  std::string out;
  for (const auto& completion : completions) out += command_line::BashCompletion(completion);
  return out;
}

const std::map<std::string, std::function<std::string()>>& Parts() {
  static const std::map<std::string, std::function<std::string()>> parts = {
      {"pgqd-settings", [] { return config::SettingsMarkdown(pgqd::DeclaredSettings()); }},
      {"pgqd-bash", [] { return Bash({PgqdCompletion()}); }},
      {"pgqd-zsh", [] { return command_line::ZshCompletion({PgqdCompletion()}); }},
      {"londiste-settings", [] { return config::SettingsMarkdown(londiste::DeclaredSettings()); }},
      {"londiste-commands", [] { return Commands(londiste::commands::CommandTable()); }},
      {"londiste-options", [] { return Options(londiste::commands::OptionTable()); }},
      {"londiste-handlers", Handlers},
      {"londiste-bash", [] { return Bash({LondisteCompletion()}); }},
      {"londiste-zsh", [] { return command_line::ZshCompletion({LondisteCompletion()}); }},
      {"pgq-commands", [] { return Commands(pgq_tool::commands::CommandTable()); }},
      {"pgq-options", [] { return Options(pgq_tool::commands::OptionTable()); }},
      {"pgq-bash", [] { return Bash(PgqCompletion()); }},
      {"pgq-zsh", [] { return command_line::ZshCompletion(PgqCompletion()); }},
      {"pgq-consumers", Consumers},
      {"pgq-consumer-options", [] { return Options(pgq_tool::consumers::OptionTable()); }},
      {"pgq-settings", ConsumerSettings},
      {"merge-states", londiste::tables::StateDiagram},
  };
  return parts;
}

}  // namespace

int main(int argc, char** argv) {
  const auto part = Parts().find(argc == 2 ? argv[1] : "");
  if (part == Parts().end()) {
    std::cerr << "usage: manual_reference PART; the parts are:\n";
    for (const auto& [name, print] : Parts()) std::cerr << "  " << name << "\n";
    return 2;
  }
  std::cout << part->second();
}
