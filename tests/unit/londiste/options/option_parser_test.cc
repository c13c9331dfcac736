#include "londiste/options/option_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace londiste::options {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<OptionSpec>& Table() {
  static const std::vector<OptionSpec> table = {
      {.name = "verbose", .letter = 'v'},
      {.name = "quiet", .letter = 'q'},
      {.name = "stop", .letter = 's'},
      {.name = "set", .takes = OptionSpec::Takes::kValues},
      {.name = "skip-truncate"},
      {.name = "provider", .letter = 'p', .takes = OptionSpec::Takes::kValue},
      {.name = "all"},
      {.name = "all-nodes"},
  };
  return table;
}

std::string ErrorOf(const std::vector<std::string>& words) {
  try {
    Parse(Table(), words);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(OptionParserTest, TakesOptionsAnywhere) {
  ParsedLine line = Parse(Table(), {"-v", "x.ini", "--all", "add-table", "--provider=a b", "t"});
  EXPECT_THAT(line.arguments(), ElementsAre("x.ini", "add-table", "t"));
  EXPECT_TRUE(line.Has("verbose"));
  EXPECT_TRUE(line.Has("all"));
  EXPECT_FALSE(line.Has("quiet"));
  EXPECT_EQ(line.Value("provider"), "a b");
  EXPECT_THAT(line.Given(), ElementsAre("verbose", "provider", "all"));
}

TEST(OptionParserTest, TakesTheNextWordAsValueEvenWithADash) {
  EXPECT_EQ(Parse(Table(), {"--provider", "-x"}).Value("provider"), "-x");
  EXPECT_EQ(Parse(Table(), {"-p", "host=a"}).Value("provider"), "host=a");
  EXPECT_EQ(Parse(Table(), {"-phost=a"}).Value("provider"), "host=a");
  EXPECT_EQ(Parse(Table(), {"--provider="}).Value("provider"), "");
  EXPECT_TRUE(Parse(Table(), {"--provider="}).Has("provider"));
}

TEST(OptionParserTest, CountsAndCollectsRepeatedOptions) {
  ParsedLine line = Parse(Table(), {"-vv", "--set", "a=1", "--set=b=2", "-v"});
  EXPECT_EQ(line.Count("verbose"), 3);
  EXPECT_THAT(line.Values("set"), ElementsAre("a=1", "b=2"));
}

TEST(OptionParserTest, AcceptsUnambiguousPrefixes) {
  EXPECT_TRUE(Parse(Table(), {"--verb"}).Has("verbose"));
  EXPECT_EQ(Parse(Table(), {"--prov=x"}).Value("provider"), "x");
  EXPECT_TRUE(Parse(Table(), {"--all"}).Has("all")) << "an exact name wins over longer ones";
  EXPECT_EQ(ErrorOf({"--s"}), "ambiguous option: --s (--stop, --set, --skip-truncate?)");
}

TEST(OptionParserTest, EndsAtTwoDashes) {
  ParsedLine line = Parse(Table(), {"-q", "--", "--all", "-"});
  EXPECT_THAT(line.arguments(), ElementsAre("--all", "-"));
  EXPECT_FALSE(line.Has("all"));
  EXPECT_THAT(Parse(Table(), {"-"}).arguments(), ElementsAre("-"));
}

TEST(OptionParserTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ErrorOf({"--x"}), "no such option: --x");
  EXPECT_EQ(ErrorOf({"-x"}), "no such option: -x");
  EXPECT_EQ(ErrorOf({"-vx"}), "no such option: -x");
  EXPECT_EQ(ErrorOf({"--provider"}), "--provider option requires 1 argument");
  EXPECT_EQ(ErrorOf({"-p"}), "-p option requires 1 argument");
  EXPECT_EQ(ErrorOf({"--quiet=1"}), "--quiet option does not take a value");
  EXPECT_EQ(ErrorOf({"--=1"}), "no such option: --");
}

TEST(OptionParserTest, SuggestsTheNearestName) {
  try {
    Parse(Table(), {"--skip-trunkate"});
    FAIL();
  } catch (const base::UsageError& error) {
    EXPECT_STREQ(error.what(), "no such option: --skip-trunkate");
    EXPECT_EQ(error.hint(), "Did you mean \"--skip-truncate\"?");
  }
}

TEST(OptionParserTest, RefusesToBeAskedForUndeclaredOptions) {
  EXPECT_THROW(Parse(Table(), {}).Has("nonsense"), std::logic_error);
}

}  // namespace
}  // namespace londiste::options
