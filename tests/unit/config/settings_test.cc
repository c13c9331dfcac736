#include "config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<Setting>& Declared() {
  static const std::vector<Setting> settings = {
      {.name = "db",
       .type = Type::kConnstr,
       .required = true,
       .help = "The database.",
       .sample = "dbname=x"},
      {.name = "queue",
       .default_value = "%(job_name)s.q",
       .aliases = {"old_queue"},
       .help = "The queue."},
      {.name = "period",
       .type = Type::kSeconds,
       .default_value = "1.5",
       .minimum = 0.01,
       .help = "How often.",
       .reloadable = true},
      {.name = "copies",
       .type = Type::kInt,
       .default_value = "2",
       .minimum = 1,
       .maximum = 9,
       .help = "How many."},
      {.name = "size", .type = Type::kSize, .default_value = "10 MiB", .help = "How much."},
      {.name = "fast", .type = Type::kBool, .default_value = "0", .help = "Whether."},
      {.name = "mode",
       .type = Type::kEnum,
       .default_value = "warn",
       .choices = {"warn", "error"},
       .help = "Which | what."},
      {.name = "names", .type = Type::kList, .help = "Some names."},
      {.name = "file", .type = Type::kPath, .help = "A file."},
      {.name = "legacy", .help = "Old.", .hidden = true},
  };
  return settings;
}

Settings Load(const std::string& text, const std::map<std::string, std::string>& overrides = {},
              std::vector<std::string>* warnings = nullptr,
              UnknownKeys policy = UnknownKeys::kWarn) {
  return Settings::Load(Declared(), IniFile::Parse(text, "/etc/node1.ini", Dialect::kLondiste),
                        {"a", "b"}, overrides, policy, [&](const std::string& line) {
                          if (warnings != nullptr) warnings->push_back(line);
                        });
}

std::string ErrorOf(const std::string& text, UnknownKeys policy = UnknownKeys::kWarn) {
  try {
    Load(text, {}, nullptr, policy);
  } catch (const base::ConfigError& error) {
    return std::string(error.what()) + (error.hint().empty() ? "" : "|" + error.hint());
  }
  return "(none)";
}

TEST(SettingsTest, GivesDefaultsAndValues) {
  Settings settings = Load("[a]\ndb = dbname=d\n");
  EXPECT_EQ(settings.section(), "a");
  EXPECT_EQ(settings.text("db"), "dbname=d");
  EXPECT_EQ(settings.text("queue"), "node1.q");
  EXPECT_EQ(settings.seconds("period"), 1500ms);
  EXPECT_EQ(settings.integer("size"), 10 * 1024 * 1024);
  EXPECT_THAT(settings.list("names"), IsEmpty());
  EXPECT_FALSE(settings.is_set("period"));
  settings = Load(
      "[b]\ndb = x\nPERIOD = 100 ms\ncopies=9\nsize = 64 kB\nfast = Yes\nmode = error\nnames = a, "
      "b ,,c d\nfile = /x\n");
  EXPECT_EQ(settings.seconds("period"), 100ms);
  EXPECT_EQ(settings.integer("copies"), 9);
  EXPECT_EQ(settings.integer("size"), 65536);
  EXPECT_TRUE(settings.boolean("fast"));
  EXPECT_EQ(settings.text("mode"), "error");
  EXPECT_THAT(settings.list("names"), ElementsAre("a", "b", "c d"));
  EXPECT_TRUE(settings.is_set("period"));
  EXPECT_EQ(settings.origin("period").ToString(), "/etc/node1.ini:3");
}

TEST(SettingsTest, ExpandsTheHomeFolderInPathsOnly) {
  setenv("HOME", "/home/me", 1);
  const Settings settings = Load("[a]\ndb = ~/x\nfile = ~/log/%(job_name)s.log\n");
  EXPECT_EQ(settings.text("file"), "/home/me/log/node1.log");
  EXPECT_EQ(settings.text("db"), "~/x");
}

TEST(SettingsTest, AnAliasThatIsSetWins) {
  EXPECT_EQ(Load("[a]\ndb = x\nqueue = new\nold_queue = old\n").text("queue"), "old");
  EXPECT_EQ(Load("[a]\ndb = x\nqueue = new\n").text("queue"), "new");
}

TEST(SettingsTest, OverridesWin) {
  const Settings settings =
      Load("[a]\ndb = x\ncopies = 3\n", {{"copies", "4"}, {"job_name", "50%"}});
  EXPECT_EQ(settings.integer("copies"), 4);
  EXPECT_TRUE(settings.is_set("copies"));
  EXPECT_EQ(settings.text("queue"), "50%.q");
  EXPECT_THROW(Load("[a]\ndb = x\n", {{"copeis", "4"}}), base::ConfigError);
}

TEST(SettingsTest, NamesFileLineKeyAndWhatIsExpected) {
  EXPECT_THAT(ErrorOf("[a]\ndb = x\nperiod = soon\n"),
              HasSubstr("/etc/node1.ini:3: invalid value \"soon\" for parameter period: "));
  EXPECT_THAT(ErrorOf("[a]\ndb = x\nperiod = 0\n"), HasSubstr("at least 0.01"));
  EXPECT_THAT(ErrorOf("[a]\ndb = x\ncopies = 10\n"), HasSubstr("at most 9"));
  EXPECT_THAT(ErrorOf("[a]\ndb = x\nmode = maybe\n"), HasSubstr("warn, error"));
  for (const char* bad : {"copies = 1.5", "copies = 1x", "copies =", "size = 1 parsec",
                          "fast = perhaps", "period = 1e999", "period = nan"})
    EXPECT_THAT(ErrorOf(std::string("[a]\ndb = x\n") + bad + "\n"),
                HasSubstr("/etc/node1.ini:3: invalid value"))
        << bad;
  EXPECT_THAT(ErrorOf("[a]\ncopies = 1\n"), HasSubstr("\"db\""));
  EXPECT_THAT(ErrorOf("[a]\ndb =\n"), HasSubstr("\"db\""));
  EXPECT_THAT(ErrorOf("[c]\ndb = x\n"), HasSubstr("/etc/node1.ini: No section: 'a'"));
}

TEST(SettingsTest, KeysThatOthersReferToAreNotUnknown) {
  std::vector<std::string> warnings;
  Load("[DEFAULT]\nServer = h\nprot = 1\n[a]\ndb = host=%(SERVER)s\n", {}, &warnings);
  EXPECT_THAT(warnings, testing::ElementsAre(testing::HasSubstr("unknown setting \"prot\"")));
  warnings.clear();
  Load("[a]\nconfig_format = 2\nserver = h\ndb = host=${server}\n", {}, &warnings);
  EXPECT_THAT(warnings, testing::IsEmpty());
}

TEST(SettingsTest, ReportsUnknownKeysWithASuggestion) {
  std::vector<std::string> warnings;
  Load("[a]\ndb = x\npreiod = 3\nzzzzzzzz = 1\nhost_name = h\n", {}, &warnings);
  EXPECT_THAT(warnings,
              testing::UnorderedElementsAre(
                  "/etc/node1.ini:3: unknown setting \"preiod\"; did you mean \"period\"?",
                  "/etc/node1.ini:4: unknown setting \"zzzzzzzz\""));
  EXPECT_THAT(ErrorOf("[a]\ndb = x\npreiod = 3\n", UnknownKeys::kRefuse),
              HasSubstr("a/preiod|Did you mean \"period\"?"));
}

TEST(SettingsTest, KnowsWhatAReloadMayChange) {
  const Settings older = Load("[a]\ndb = x\n");
  EXPECT_THAT(older.ChangedNotReloadable(Load("[a]\ndb = x\nperiod = 7\n")), IsEmpty());
  EXPECT_THAT(older.ChangedNotReloadable(Load("[a]\ndb = y\ncopies = 3\n")),
              ElementsAre("copies", "db"));
}

TEST(SettingsTest, RefusesUndeclaredNamesAndOtherTypes) {
  const Settings settings = Load("[a]\ndb = x\n");
  EXPECT_THROW(settings.text("nothing"), std::logic_error);
  EXPECT_THROW(settings.integer("fast"), std::logic_error);
  EXPECT_THROW(settings.seconds("copies"), std::logic_error);
}

TEST(SampleIniTest, LoadsAndShowsEverySetting) {
  const std::string sample = SampleIni(Declared(), "a", "Header.", {{"copies", "7"}});
  EXPECT_THAT(sample, HasSubstr("# Header.\n"));
  EXPECT_THAT(sample, HasSubstr("\n# The database.\ndb = dbname=x\n"));
  EXPECT_THAT(sample, HasSubstr("\n#period = 1.5\n"));
  EXPECT_THAT(sample, HasSubstr("\n#names =\n"));
  EXPECT_THAT(sample, HasSubstr("\ncopies = 7\n"));
  EXPECT_THAT(sample, Not(HasSubstr("legacy")));
  EXPECT_EQ(Load(sample).text("db"), "dbname=x");
  std::string open = sample;
  for (std::size_t at = 0; (at = open.find("\n#", at)) != std::string::npos; ++at)
    if (open[at + 2] != ' ') open.erase(at + 1, 1);
  EXPECT_EQ(Load(open).seconds("period"), 1500ms) << "commented-out defaults are valid";
}

TEST(SettingsMarkdownTest, MakesATable) {
  const std::string table = SettingsMarkdown(Declared());
  EXPECT_THAT(table, HasSubstr("| period | 1.5 | How often. |\n"));
  EXPECT_THAT(table, HasSubstr("Which \\| what."));
  EXPECT_THAT(table, Not(HasSubstr("legacy")));
}

TEST(DidYouMeanTest, FindsTheNearest) {
  EXPECT_EQ(DidYouMean("add-tabel", {"add-seq", "add-table", "tables"}), "add-table");
  EXPECT_EQ(DidYouMean("zzzzz", {"add-seq", "add-table"}), "");
  EXPECT_EQ(DidYouMean("x", {}), "");
}

}  // namespace
}  // namespace config
