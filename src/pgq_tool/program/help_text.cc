#include "pgq_tool/program/help_text.h"

#include "command_line/help_layout.h"
#include "pgq_tool/commands/command_table.h"
#include "pgq_tool/commands/option_table.h"

namespace pgq_tool {
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

std::string Sentence(std::string_view summary) {
  std::string text(summary);
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + ".";
}

}  // namespace

std::string UsageLine() { return "Usage: pgq CMD [options] [args]\n"; }

std::string ProgramHelp() {
  std::string out = UsageLine() +
                    "\nQueues of a PostgreSQL database.\n\nCommands (\"pgq CMD --help\" says "
                    "more):\n";
  for (const commands::Command* command : commands::CommandTable())
    out += Entry(std::string(command->name), command->summary);
  return out + "\nOptions:\n" + GeneralOptions();
}

std::string CommandHelp(const commands::Command& command) {
  std::string out = "Usage: pgq " + std::string(command.name) + " [options]";
  if (!command.arguments.empty()) out += " " + std::string(command.arguments);
  out += "\n\n" + Wrap(Sentence(command.summary), 0) + "\n";
  if (!command.details.empty()) out += "\n" + Wrap(command.details, 0) + "\n";
  if (!command.options.empty()) {
    out += "\nOptions:\n";
    for (const std::string_view name : command.options)
      out += OptionEntry(commands::FindOption(name));
  }
  return out + "\nGeneral options:\n" + GeneralOptions();
}

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  for (const commands::Command* command : commands::CommandTable())
    names.emplace_back(command->name);
  return names;
}

}  // namespace pgq_tool
