#include "londiste/program/help_text.h"

#include "londiste/commands/command_table.h"
#include "londiste/options/option_table.h"

namespace londiste {
namespace {

constexpr std::size_t kTextColumn = 26;
constexpr std::size_t kLineWidth = 100;

// `text` broken at blanks, every line after the first indented by `indent`; `at`: column where it
// begins.
std::string Wrap(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size() < text.size() ? word.size() + 1 : text.size());
    if (column > indent && column + 1 + word.size() > kLineWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) out += ' ', ++column;
    out += word;
    column += word.size();
  }
  return out;
}

std::string Entry(std::string left, std::string_view text) {
  left.insert(0, "  ");
  left += left.size() + 2 > kTextColumn ? "\n" + std::string(kTextColumn, ' ')
                                        : std::string(kTextColumn - left.size(), ' ');
  return left + Wrap(text, kTextColumn) + "\n";
}

std::string OptionEntry(const options::OptionSpec& option) {
  std::string left = option.letter == 0 ? "" : std::string("-") + option.letter + ", ";
  left += "--" + std::string(option.name);
  if (!option.metavar.empty()) left += "=" + std::string(option.metavar);
  return Entry(left, option.help);
}

std::string GeneralOptions() {
  std::string out;
  for (const options::OptionSpec& option : options::OptionTable()) {
    if (options::IsGeneral(option.name)) out += OptionEntry(option);
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
    for (std::string_view name : command.options) out += OptionEntry(options::FindOption(name));
  }
  return out + "\nGeneral options:\n" + GeneralOptions();
}

}  // namespace londiste
