#include "command_line/parsed_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace command_line {
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

TEST(ParsedLineTest, TakesOptionsAnywhere) {
  ParsedLine line = Parse(Table(), {"-v", "x.ini", "--all", "add-table", "--provider=a b", "t"});
  EXPECT_THAT(line.arguments(), ElementsAre("x.ini", "add-table", "t"));
  EXPECT_TRUE(line.Has("verbose"));
  EXPECT_TRUE(line.Has("all"));
  EXPECT_FALSE(line.Has("quiet"));
  EXPECT_EQ(line.Value("provider"), "a b");
  EXPECT_THAT(line.Given(), ElementsAre("verbose", "provider", "all"));
}

TEST(ParsedLineTest, TakesTheNextWordAsValueEvenWithADash) {
  EXPECT_EQ(Parse(Table(), {"--provider", "-x"}).Value("provider"), "-x");
  EXPECT_EQ(Parse(Table(), {"-p", "host=a"}).Value("provider"), "host=a");
  EXPECT_EQ(Parse(Table(), {"-phost=a"}).Value("provider"), "host=a");
  EXPECT_EQ(Parse(Table(), {"--provider="}).Value("provider"), "");
  EXPECT_TRUE(Parse(Table(), {"--provider="}).Has("provider"));
}

TEST(ParsedLineTest, CountsAndCollectsRepeatedOptions) {
  ParsedLine line = Parse(Table(), {"-vv", "--set", "a=1", "--set=b=2", "-v"});
  EXPECT_EQ(line.Count("verbose"), 3);
  EXPECT_THAT(line.Values("set"), ElementsAre("a=1", "b=2"));
}

TEST(ParsedLineTest, AcceptsUnambiguousPrefixes) {
  EXPECT_TRUE(Parse(Table(), {"--verb"}).Has("verbose"));
  EXPECT_EQ(Parse(Table(), {"--prov=x"}).Value("provider"), "x");
  EXPECT_TRUE(Parse(Table(), {"--all"}).Has("all")) << "an exact name wins over longer ones";
  EXPECT_EQ(ErrorOf({"--s"}), "ambiguous option: --s (--stop, --set, --skip-truncate?)");
}

TEST(ParsedLineTest, EndsAtTwoDashes) {
  ParsedLine line = Parse(Table(), {"-q", "--", "--all", "-"});
  EXPECT_THAT(line.arguments(), ElementsAre("--all", "-"));
  EXPECT_FALSE(line.Has("all"));
  EXPECT_THAT(Parse(Table(), {"-"}).arguments(), ElementsAre("-"));
}

TEST(ParsedLineTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ErrorOf({"--x"}), "no such option: --x");
  EXPECT_EQ(ErrorOf({"-x"}), "no such option: -x");
  EXPECT_EQ(ErrorOf({"-vx"}), "no such option: -x");
  EXPECT_EQ(ErrorOf({"--provider"}), "--provider option requires 1 argument");
  EXPECT_EQ(ErrorOf({"-p"}), "-p option requires 1 argument");
  EXPECT_EQ(ErrorOf({"--quiet=1"}), "--quiet option does not take a value");
  EXPECT_EQ(ErrorOf({"--=1"}), "no such option: --");
}

TEST(ParsedLineTest, SuggestsTheNearestName) {
  try {
    Parse(Table(), {"--skip-trunkate"});
    FAIL();
  } catch (const base::UsageError& error) {
    EXPECT_STREQ(error.what(), "no such option: --skip-trunkate");
    EXPECT_EQ(error.hint(), "Did you mean \"--skip-truncate\"?");
  }
}

TEST(ParsedLineTest, SaysWhichWordIsWrong) {
  const auto word_of = [](const std::vector<std::string>& words) -> std::string {
    try {
      Parse(Table(), words);
    } catch (const BadOption& error) {
      return error.word();
    }
    return "";
  };
  EXPECT_EQ(word_of({"x", "--what=1", "--else"}), "--what=1");
  EXPECT_EQ(word_of({"-vqx-"}), "-x");
  EXPECT_EQ(word_of({"--quiet=1", "--what"}), "--quiet=1");
  EXPECT_EQ(word_of({"-v", "--prov"}), "--prov");
}

TEST(ParsedLineTest, RefusesTheFirstWordThatIsWrong) {
  EXPECT_EQ(ErrorOf({"--what", "--provider"}), "no such option: --what");
  EXPECT_EQ(ErrorOf({"--what", "--quiet=1"}), "no such option: --what");
  EXPECT_EQ(ErrorOf({"--quiet=1", "--what"}), "--quiet option does not take a value");
  EXPECT_EQ(ErrorOf({"-x", "--", "-y"}), "no such option: -x");
  EXPECT_EQ(ErrorOf({"a", "--prov"}), "--provider option requires 1 argument");
  EXPECT_EQ(ErrorOf({"a", "-vqp"}), "-p option requires 1 argument");
  EXPECT_EQ(ErrorOf({"--pro"}), "--provider option requires 1 argument");
}

TEST(ParsedLineTest, RemembersTheOrderOfOptions) {
  EXPECT_THAT(Parse(Table(), {"-sv", "x", "--set=a", "-v"}).typed(),
              ElementsAre("stop", "verbose", "set", "verbose"));
}

// Words that make some parsers of command lines think.
TEST(ParsedLineTest, TakesAnyWordAsValue) {
  const std::string big(100'000, 'x');
  for (const std::string& value : std::vector<std::string>{"",
                                                           "-",
                                                           "--",
                                                           "-x",
                                                           "-1",
                                                           "-v",
                                                           "--all",
                                                           "--quiet=1",
                                                           "--set=",
                                                           "=",
                                                           "==a",
                                                           "a=b=c",
                                                           "a b",
                                                           " ",
                                                           "[a,b]",
                                                           "[]",
                                                           "{a}",
                                                           "{}",
                                                           "%%",
                                                           "100%",
                                                           "a,b;c:d",
                                                           "'a'",
                                                           "\"b\"",
                                                           "\\n",
                                                           "true",
                                                           "false",
                                                           "J\xC3\xBCri",
                                                           "\xFF\xFE",
                                                           "\x7F",
                                                           "\x7F\x7F-",
                                                           "-\x7F\x7Fx",
                                                           "--\x7F=\x7F",
                                                           "/x",
                                                           "@file",
                                                           "add-table",
                                                           "$(x)",
                                                           "a\nb",
                                                           "\t",
                                                           "++",
                                                           "---",
                                                           "-!",
                                                           "- ",
                                                           "set",
                                                           big,
                                                           "-" + big,
                                                           "--" + big + "=" + big}) {
    EXPECT_THAT(Parse(Table(), {"--provider", value, "t"}).Value("provider"), value);
    EXPECT_THAT(Parse(Table(), {"-p", value, "t"}).Value("provider"), value);
    EXPECT_THAT(Parse(Table(), {"--set=" + value, "t"}).Values("set"), ElementsAre(value));
    EXPECT_THAT(Parse(Table(), {"--set", value, "--set", value}).Values("set"),
                ElementsAre(value, value));
    EXPECT_THAT(Parse(Table(), {"--", value, value}).arguments(), ElementsAre(value, value));
    if (!value.empty()) {
      EXPECT_THAT(Parse(Table(), {"-vp" + value, "t"}).Value("provider"), value);
    }
    if (value.empty() || value[0] != '-' || value == "-") {
      EXPECT_THAT(Parse(Table(), {value, "-v", value}).arguments(), ElementsAre(value, value));
    }
    EXPECT_THAT(Parse(Table(), {"--provider", value, "t"}).arguments(), ElementsAre("t"));
  }
}

TEST(ParsedLineTest, RefusesWhatOnlyLooksLikeAnArgument) {
  EXPECT_EQ(ErrorOf({"-1"}), "no such option: -1");
  EXPECT_EQ(ErrorOf({"-v1"}), "no such option: -1");
  EXPECT_EQ(ErrorOf({"-!"}), "no such option: -!");
  EXPECT_EQ(ErrorOf({"-v--all"}), "no such option: --");
  EXPECT_EQ(ErrorOf({"-v-"}), "no such option: --");
  EXPECT_EQ(ErrorOf({"---"}), "no such option: ---");
  EXPECT_EQ(ErrorOf({"-- all"}), "no such option: -- all");
  EXPECT_EQ(ErrorOf({"-v=1"}), "no such option: -=");
  EXPECT_EQ(ErrorOf({"--all "}), "no such option: --all ");
  EXPECT_EQ(ErrorOf({"--ALL"}), "no such option: --ALL");
  EXPECT_EQ(ErrorOf({"-\xC3\xA9t"}), "no such option: -\xC3\xA9");
  EXPECT_EQ(ErrorOf({"--quiet="}), "--quiet option does not take a value");
  EXPECT_EQ(ErrorOf({"--quiet=true"}), "--quiet option does not take a value");
  EXPECT_EQ(ErrorOf({"--quiet={}"}), "--quiet option does not take a value");
  EXPECT_EQ(ErrorOf({"--qui=\x7F"}), "--quiet option does not take a value");
  EXPECT_EQ(ErrorOf({"-\x7F"}), "no such option: -\x7F");
}

TEST(ParsedLineTest, TakesLongNamesAsTheirTableSays) {
  using enum OptionSpec::LongName;
  static const std::vector<OptionSpec> table = {
      {.name = "help", .letter = 'h', .long_name = kInFull},
      {.name = "verbose", .letter = 'v', .long_name = kNone},
      {.name = "version"},
  };
  EXPECT_TRUE(Parse(table, {"--help"}).Has("help"));
  EXPECT_TRUE(Parse(table, {"--ver"}).Has("version"));
  EXPECT_TRUE(Parse(table, {"-v"}).Has("verbose"));
  for (const char* word : {"--hel", "--verbose", "--verb"})
    EXPECT_THROW(Parse(table, {word}), BadOption) << word;
}

TEST(ParsedLineTest, NothingIsAnEmptyLine) {
  EXPECT_THAT(Parse(Table(), {}).arguments(), IsEmpty());
  EXPECT_THAT(Parse(Table(), {}).Given(), IsEmpty());
  EXPECT_THAT(Parse(Table(), {""}).arguments(), ElementsAre(""));
  EXPECT_THAT(Parse({}, {"a", "--", "-b"}).arguments(), ElementsAre("a", "-b"));
  EXPECT_THROW(Parse({}, {"-b"}), BadOption);
}

TEST(ParsedLineTest, RefusesToBeAskedForUndeclaredOptions) {
  EXPECT_THROW(Parse(Table(), {}).Has("nonsense"), std::logic_error);
}

}  // namespace
}  // namespace command_line
