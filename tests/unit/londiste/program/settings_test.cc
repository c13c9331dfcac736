#include "londiste/program/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"

namespace londiste {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

config::Settings Load(const std::string& text, std::vector<std::string>* warnings = nullptr) {
  config::IniFile file = config::IniFile::Parse(text, "node.ini", config::Dialect::kLondiste);
  return config::Settings::Load(DeclaredSettings(), file, {"londiste", "londiste3"}, {},
                                config::UnknownKeys::kWarn, [&](const std::string& line) {
                                  if (warnings != nullptr) warnings->push_back(line);
                                });
}

TEST(LondisteSettingsTest, TheSampleLoadsWithoutWarnings) {
  std::vector<std::string> warnings;
  config::Settings settings =
      Load(config::SampleIni(DeclaredSettings(), "londiste", "Sample."), &warnings);
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_THAT(SettingsWithoutEffect(settings), IsEmpty());
  EXPECT_FALSE(settings.text("db").empty());
}

TEST(LondisteSettingsTest, MinimalFileGetsTheDocumentedDefaults) {
  config::Settings settings = Load("[londiste3]\njob_name = j\ndb = dbname=x\nqueue_name = q\n");
  EXPECT_EQ(settings.text("consumer_name"), "j");
  EXPECT_EQ(settings.seconds("loop_delay"), std::chrono::seconds(1));
  EXPECT_EQ(settings.seconds("exception_sleep"), std::chrono::seconds(20));
  EXPECT_EQ(settings.seconds("stop_timeout"), std::chrono::seconds(30));
  EXPECT_EQ(settings.integer("log_size"), 10 * 1024 * 1024);
  EXPECT_EQ(settings.integer("parallel_copies"), 1);
  EXPECT_EQ(settings.text("missing_row"), "warn");
  EXPECT_FALSE(settings.boolean("local_only"));
}

TEST(LondisteSettingsTest, WhatIsNoIntervalIsRefusedAtOnce) {
  const std::string node = "[londiste]\ndb = dbname=x\nqueue_name = q\n";
  for (const char* name : {"pgq_keep_lag", "pgq_batch_collect_interval"}) {
    EXPECT_EQ(Load(node + name + " = 1 hour 30 min\n").text(name), "1 hour 30 min");
    EXPECT_EQ(Load(node + name + " =\n").text(name), "");
    EXPECT_THROW(Load(node + name + " = gestern\n"), base::ConfigError);
  }
}

TEST(LondisteSettingsTest, OldNamesWin) {
  config::Settings settings = Load(
      "[londiste]\njob_name = j\ndb = dbname=x\nqueue_name = q\npgq_queue_name = "
      "old\nconsumer_name = c\npgq_consumer_id = oldc\n");
  EXPECT_EQ(settings.text("queue_name"), "old");
  EXPECT_EQ(settings.text("consumer_name"), "oldc");
}

TEST(LondisteSettingsTest, SaysWhichKnownKeysDoNothing) {
  std::vector<std::string> warnings;
  config::Settings settings = Load(
      "[londiste]\ndb = dbname=x\nqueue_name = q\ntable_filter = x\nhandler_modules = "
      "londiste.handlers.dispatch, londiste.handlers.shard, my.handlers\n",
      &warnings);
  EXPECT_THAT(warnings, IsEmpty()) << "known keys are not unknown";
  EXPECT_THAT(SettingsWithoutEffect(settings),
              ElementsAre("node.ini:4: setting \"table_filter\" has no effect",
                          "node.ini:5: setting \"handler_modules\": this version has no handlers "
                          "\"my.handlers\""));
}

TEST(LondisteSettingsTest, NamesAreUniqueAndExplained) {
  std::set<std::string> names;
  for (const config::Setting& setting : DeclaredSettings()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    EXPECT_FALSE(setting.help.empty()) << setting.name;
  }
}

}  // namespace
}  // namespace londiste
