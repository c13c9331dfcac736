// Prints the generated parts of the manual pages as Markdown, from the same declarations that the
// programs use.
//
//   manual_reference pgqd-settings | londiste-settings | londiste-commands | londiste-options
#include <iostream>
#include <string>

#include "config/settings.h"
#include "londiste/commands/command_table.h"
#include "londiste/options/option_table.h"
#include "londiste/program/settings.h"
#include "pgqd/settings.h"

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
  for (const auto& option : londiste::options::OptionTable()) {
    if (option.letter) std::cout << "**-" << option.letter << "**, ";
    std::cout << "**--" << option.name << "**";
    if (!option.metavar.empty()) std::cout << " " << option.metavar;
    std::cout << "\n:   " << option.help << "\n\n";
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
  } else {
    std::cerr << "usage: manual_reference pgqd-settings | londiste-settings | londiste-commands | "
                 "londiste-options\n";
    return 2;
  }
}
