#include "pgq_tool/program/help_text.h"

#include <gtest/gtest.h>

#include <set>

#include "command_line/option_spec.h"
#include "pgq_tool/commands/command_table.h"
#include "pgq_tool/commands/option_table.h"
#include "pgq_tool/consumers/forwarder.h"
#include "pgq_tool/consumers/option_table.h"

namespace pgq_tool {
namespace {

using command_line::OptionSpec;

std::string AllHelp() {
  std::string all = ProgramHelp();
  for (const commands::Command* command : commands::CommandTable()) all += CommandHelp(*command);
  for (const consumers::ConsumerKind* kind : consumers::ConsumerKinds())
    all += ConsumerHelp(std::string(kind->program), *kind);
  return all;
}

TEST(PgqHelpTest, FitsAHundredColumns) {
  const std::string all = AllHelp();
  std::size_t start = 0;
  for (std::size_t end = all.find('\n'); end != std::string::npos;
       start = end + 1, end = all.find('\n', start)) {
    EXPECT_LE(end - start, 100u) << all.substr(start, end - start);
  }
}

TEST(PgqHelpTest, EveryOptionBelongsToACommandOrToAll) {
  std::set<std::string_view> used;
  for (const commands::Command* command : commands::CommandTable()) {
    EXPECT_NE(command->run, nullptr) << command->name;
    EXPECT_LE(command->min_arguments, command->max_arguments) << command->name;
    for (const std::string_view option : command->options) {
      EXPECT_EQ(commands::FindOption(option).name, option);
      EXPECT_FALSE(commands::IsGeneral(option)) << option;
      used.insert(option);
    }
  }
  for (const OptionSpec& option : commands::OptionTable())
    EXPECT_TRUE(commands::IsGeneral(option.name) || used.contains(option.name)) << option.name;
}

TEST(PgqHelpTest, OptionNamesAndLettersAreUnique) {
  for (const auto* table : {&commands::OptionTable(), &consumers::OptionTable()}) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const OptionSpec& option : *table) {
      EXPECT_TRUE(names.insert(option.name).second) << option.name;
      if (option.letter != 0) {
        EXPECT_TRUE(letters.insert(option.letter).second) << option.letter;
      }
      EXPECT_EQ(option.metavar.empty(), option.takes == OptionSpec::Takes::kNothing) << option.name;
    }
  }
}

TEST(PgqHelpTest, ConsumersAreFoundByEachOfTheirNames) {
  for (const char* name : {"queue-mover", "queue_mover3", "queue_mover"})
    EXPECT_EQ(consumers::FindConsumerKind(name), &consumers::kQueueMover) << name;
  EXPECT_EQ(consumers::FindConsumerKind("pgq"), nullptr);
  EXPECT_EQ(consumers::Sections(consumers::kSimpleConsumer),
            (std::vector<std::string>{"simple_consumer3", "simple_consumer"}));
}

}  // namespace
}  // namespace pgq_tool
