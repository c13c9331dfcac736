#include "londiste/program/help_text.h"

#include "command_line/help_layout.h"
#include "londiste/commands/command_table.h"
#include "londiste/commands/option_table.h"

namespace londiste {
namespace {

using command_line::Entry;
using command_line::OptionEntry;
using command_line::Wrap;

std::string GeneralOptions() {
  std::string out;
  for (const command_line::OptionSpec& option : commands::OptionTable()) {
    if (commands::IsGeneral(option.name)) out += OptionEntry(option);
  }
  return out;
}

}  // namespace

std::string UsageLine(std::string_view program) {
  return "Usage: " + std::string(program) + " [options] INI CMD [args]\n";
}

std::string ProgramHelp(std::string_view program) {
  std::string out = UsageLine(program) +
                    "\nReplicates tables between PostgreSQL databases.\n\nCommands (\"" +
                    std::string(program) + " CMD --help\" says more):\n";
  for (const commands::Command* command : commands::CommandTable())
    out += Entry(std::string(command->name), command->summary);
  return out + "\nOptions:\n" + GeneralOptions();
}

std::string CommandHelp(std::string_view program, const commands::Command& command) {
  std::string out =
      "Usage: " + std::string(program) + " [options] INI " + std::string(command.name);
  if (!command.arguments.empty()) out += " " + std::string(command.arguments);
  std::string summary(command.summary);
  summary[0] = static_cast<char>(summary[0] >= 'a' && summary[0] <= 'z' ? summary[0] - 'a' + 'A'
                                                                        : summary[0]);
  out += "\n\n" + Wrap(summary + ".", 0) + "\n";
  if (!command.details.empty()) out += "\n" + Wrap(command.details, 0) + "\n";
  if (!command.options.empty()) {
    out += "\nOptions:\n";
    for (std::string_view name : command.options) out += OptionEntry(commands::FindOption(name));
  }
  return out + "\nGeneral options:\n" + GeneralOptions();
}

}  // namespace londiste
