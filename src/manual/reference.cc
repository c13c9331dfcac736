// Prints the generated parts of the manual pages as Markdown, from the same declarations that the
// programs use.
//
//   manual_reference pgqd-settings | londiste-settings | londiste-commands | londiste-options |
//     londiste-handlers | merge-states
#include <iostream>
#include <string>

#include "config/settings.h"
#include "londiste/commands/command_table.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/commands/option_table.h"
#include "londiste/program/settings.h"
#include "londiste/tables/merge_state.h"
#include "pgqd/settings/settings.h"

namespace {

void PrintCommands() {
  for (const auto* command : londiste::commands::CommandTable()) {
    std::cout << "**" << command->name << "**";
    if (!command->arguments.empty()) std::cout << " " << command->arguments;
    std::cout << "\n:   " << command->summary << ".";
    if (!command->details.empty()) std::cout << " " << command->details;
    if (!command->options.empty()) {
      std::cout << " Options:";
      for (const std::string_view option : command->options) std::cout << " **--" << option << "**";
      std::cout << ".";
    }
    std::cout << "\n\n";
  }
}

void PrintOptions() {
  for (const auto& option : londiste::commands::OptionTable()) {
    if (option.letter) std::cout << "**-" << option.letter << "**, ";
    std::cout << "**--" << option.name << "**";
    if (!option.metavar.empty()) std::cout << " " << option.metavar;
    std::cout << "\n:   " << option.help << "\n\n";
  }
}

void PrintHandlers() {
  for (const auto* kind : londiste::handlers::HandlerKinds()) {
    std::cout << "**" << kind->name << "**\n:   " << kind->help;
    for (const auto& argument : kind->arguments)
      std::cout << " Argument **" << argument.name << "**: " << argument.help << ".";
    std::cout << "\n\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  if (what == "pgqd-settings") {
    std::cout << config::SettingsMarkdown(pgqd::DeclaredSettings());
  } else if (what == "londiste-settings") {
    std::cout << config::SettingsMarkdown(londiste::DeclaredSettings());
  } else if (what == "londiste-commands") {
    PrintCommands();
  } else if (what == "londiste-options") {
    PrintOptions();
  } else if (what == "londiste-handlers") {
    PrintHandlers();
  } else if (what == "merge-states") {
    std::cout << londiste::tables::StateDiagram();
  } else {
    std::cerr << "usage: manual_reference pgqd-settings | londiste-settings | londiste-commands | "
                 "londiste-options | londiste-handlers | merge-states\n";
    return 2;
  }
}
