#include "londiste/commands/command_table.h"

#include <gtest/gtest.h>

#include <set>

#include "londiste/commands/option_table.h"
#include "londiste/program/help_text.h"

namespace londiste {
namespace {

TEST(CommandTableTest, EveryCommandSaysWhatItIs) {
  std::set<std::string_view> names;
  for (const commands::Command* command : commands::CommandTable()) {
    EXPECT_TRUE(names.insert(command->name).second) << command->name << " is listed twice";
    EXPECT_FALSE(command->summary.empty()) << command->name;
    EXPECT_NE(command->run, nullptr) << command->name;
    EXPECT_LE(command->min_arguments, command->max_arguments) << command->name;
    EXPECT_EQ(commands::FindCommand(command->name), command);
  }
  EXPECT_EQ(commands::FindCommand("no-such-command"), nullptr);
}

TEST(CommandTableTest, EveryOptionBelongsToACommandOrToAll) {
  std::set<std::string_view> used;
  for (const commands::Command* command : commands::CommandTable()) {
    for (std::string_view option : command->options) {
      EXPECT_EQ(commands::FindOption(option).name, option);
      EXPECT_FALSE(commands::IsGeneral(option)) << option;
      used.insert(option);
    }
  }
  for (const command_line::OptionSpec& option : commands::OptionTable()) {
    EXPECT_TRUE(commands::IsGeneral(option.name) || used.contains(option.name)) << option.name;
  }
}

TEST(CommandTableTest, OptionNamesAndLettersAreUnique) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const command_line::OptionSpec& option : commands::OptionTable()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (option.letter != 0) {
      EXPECT_TRUE(letters.insert(option.letter).second) << option.letter;
    }
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_EQ(option.metavar.empty(), option.takes == command_line::OptionSpec::Takes::kNothing)
        << option.name;
  }
}

TEST(HelpTextTest, ListsEveryCommandAndItsOptions) {
  std::string help = ProgramHelp("londiste3");
  EXPECT_TRUE(help.starts_with("Usage: londiste3 [options] INI CMD [args]\n")) << help;
  for (const commands::Command* command : commands::CommandTable()) {
    EXPECT_NE(help.find("\n  " + std::string(command->name) + " "), std::string::npos)
        << command->name;
    std::string own = CommandHelp("londiste", *command);
    for (std::string_view option : command->options)
      EXPECT_NE(own.find("--" + std::string(option)), std::string::npos) << option;
  }
}

TEST(HelpTextTest, FitsAHundredColumns) {
  std::string all = ProgramHelp("londiste");
  for (const commands::Command* command : commands::CommandTable())
    all += CommandHelp("londiste", *command);
  std::size_t start = 0;
  for (std::size_t end = all.find('\n'); end != std::string::npos;
       start = end + 1, end = all.find('\n', start)) {
    EXPECT_LE(end - start, 100u) << all.substr(start, end - start);
  }
}

}  // namespace
}  // namespace londiste
