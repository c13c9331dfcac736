#include "command_line/help_layout.h"

#include <gtest/gtest.h>

namespace command_line {
namespace {

TEST(HelpLayoutTest, PutsTheTextInItsColumn) {
  EXPECT_EQ(OptionEntry({.name = "quiet", .letter = 'q', .help = "say less"}),
            "  -q, --quiet             say less\n");
  EXPECT_EQ(OptionEntry({.name = "set", .metavar = "K=V", .help = "override"}),
            "  --set=K=V               override\n");
  EXPECT_EQ(
      OptionEntry(
          {.name = "run", .letter = 'r', .help = "go", .long_name = OptionSpec::LongName::kNone},
          {2, 8}),
      "  -r    go\n");
  EXPECT_EQ(Entry("--ini", "sample", {1, 12}), " --ini      sample\n");
}

TEST(HelpLayoutTest, GivesLongNamesALineOfTheirOwn) {
  EXPECT_EQ(Entry("a-name-that-is-very-long", "text"),
            "  a-name-that-is-very-long\n                          text\n");
}

TEST(HelpLayoutTest, BreaksAtAHundredColumns) {
  const std::string word(40, 'x');
  EXPECT_EQ(Wrap(word + " " + word + " " + word, 2), word + " " + word + "\n  " + word);
  EXPECT_EQ(Wrap(std::string(200, 'x'), 2), std::string(200, 'x'));
  EXPECT_EQ(Wrap("", 2), "");
}

}  // namespace
}  // namespace command_line
