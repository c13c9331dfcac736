#include "command_line/bash_completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace command_line {
namespace {

using testing::HasSubstr;
using testing::Not;

// What the scripts do in bash: tests/lint/completion.
TEST(BashCompletionTest, OffersTheOptionsOfACommand) {
  const std::string script = BashCompletion(
      {.programs = {"prog", "prog3"},
       .options = {{.name = "help", .letter = 'h'},
                   {.name = "set", .takes = OptionSpec::Takes::kValues},
                   {.name = "all"},
                   {.name = "quiet", .letter = 'q', .long_name = OptionSpec::LongName::kNone}},
       .general = {"help", "set"},
       .commands = {{"add", {"all"}}, {"remove", {}}}});
  EXPECT_THAT(script, HasSubstr("local general='--help --set'\n"));
  EXPECT_THAT(script, HasSubstr("  --set) value=yes; continue ;;\n"));
  EXPECT_THAT(script, HasSubstr("  add) options='--all '$general ;;\n"));
  EXPECT_THAT(script, Not(HasSubstr("remove) ")));
  EXPECT_THAT(script, HasSubstr("  *) options='--help --set --all -q' ;;\n"));
  EXPECT_THAT(script, HasSubstr("compgen -W 'add remove' -- "));
  EXPECT_THAT(script, HasSubstr("\ncomplete -F _prog prog prog3\n"));
}

TEST(BashCompletionTest, KnowsProgramsWithoutCommands) {
  const std::string script =
      BashCompletion({.programs = {"prog"}, .options = {{.name = "all"}}, .general = {}});
  EXPECT_THAT(script, HasSubstr("  *) options='--all' ;;\n"));
  EXPECT_THAT(script, Not(HasSubstr("value=yes")));
  EXPECT_THAT(script, Not(HasSubstr("@")));
}

}  // namespace
}  // namespace command_line
