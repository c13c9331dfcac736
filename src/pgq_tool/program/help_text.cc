#include "pgq_tool/program/help_text.h"

#include "command_line/help_layout.h"
#include "pgq_tool/commands/command_table.h"
#include "pgq_tool/commands/option_table.h"
#include "pgq_tool/consumers/option_table.h"

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
  out += "\nConsumers, daemons with an INI file (also called by the name in brackets):\n";
  for (const consumers::ConsumerKind* kind : consumers::ConsumerKinds())
    out += Entry(std::string(kind->command),
                 std::string(kind->summary) + " (" + std::string(kind->program) + ")");
  return out + "\nOptions of the commands:\n" + GeneralOptions();
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
  for (const consumers::ConsumerKind* kind : consumers::ConsumerKinds())
    names.emplace_back(kind->command);
  return names;
}

std::string ConsumerUsageLine(const consumers::ConsumerKind& kind) {
  return "Usage: pgq " + std::string(kind.command) + " [options] INI\n";
}

std::string ConsumerHelp(const std::string& name, const consumers::ConsumerKind& kind) {
  std::string out = "Usage: " + name + " [options] INI\n\n" + Wrap(Sentence(kind.summary), 0) +
                    "\n\n" + Wrap(kind.details, 0) + "\n\nOptions:\n";
  for (const command_line::OptionSpec& option : consumers::OptionTable())
    out += OptionEntry(option);
  return out;
}

}  // namespace pgq_tool
