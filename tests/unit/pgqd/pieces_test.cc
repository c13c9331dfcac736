// The small parts of pgqd: back-off, failure log, switches, settings, maintenance statements.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/error.h"
#include "pgqd/back_off.h"
#include "pgqd/command_line.h"
#include "pgqd/failure_log.h"
#include "pgqd/log_text.h"
#include "pgqd/maintenance.h"
#include "pgqd/options.h"
#include "pgqd/settings.h"
#include "pgqd/wal_gate.h"

namespace pgqd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Action = CommandLine::Action;

TEST(BackOffTest, DoublesUpToTheLimitAndStartsAgain) {
  BackOff back_off(100ms, 500ms, [] { return 0.5; });
  EXPECT_EQ(back_off.Next(), 100ms);
  EXPECT_EQ(back_off.Next(), 200ms);
  EXPECT_EQ(back_off.Next(), 400ms);
  EXPECT_EQ(back_off.Next(), 500ms);
  EXPECT_EQ(back_off.Next(), 500ms);
  back_off.Reset();
  EXPECT_EQ(back_off.Next(), 100ms);
}

TEST(BackOffTest, SpreadsTheAttempts) {
  EXPECT_EQ(BackOff(100ms, 1s, [] { return 0.0; }).Next(), 75ms);
  EXPECT_EQ(BackOff(100ms, 1s, [] { return 0.9999; }).Next(), 124ms);
}

TEST(PgqdFailureLogTest, LogsTheFirstOfAKindThenOnceAMinute) {
  FailureLog log;
  auto now = base::Clock::time_point{} + 1h;
  EXPECT_EQ(log.Admit("a", "a failed", now), "a failed");
  EXPECT_EQ(log.Admit("b", "b failed", now), "b failed");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log.Admit("a", "a failed", now += 10s), std::nullopt);
  EXPECT_EQ(log.Admit("a", "a failed", now += 10s), "a failed (6 times in the last minute)");
  EXPECT_EQ(log.Admit("a", "a failed", now += 10s), std::nullopt);
  EXPECT_TRUE(log.Clear());
  EXPECT_FALSE(log.Clear());
  EXPECT_EQ(log.Admit("a", "a failed", now), "a failed");
}

TEST(LogTextTest, HidesControlCharacters) {
  EXPECT_EQ(DatabaseText("a\nb"), "[a?b]");
  EXPECT_EQ(DatabaseText("\xC3\xB5"), "[\xC3\xB5]");
  EXPECT_EQ(SecondsText(250ms), "0.25 s");
  EXPECT_EQ(SecondsText(60s), "60 s");
}

TEST(CommandLineTest, CombinesLettersAnywhere) {
  CommandLine line = ParseCommandLine({"pgqd.ini", "-dvv"});
  EXPECT_EQ(line.action, Action::kRun);
  EXPECT_TRUE(line.daemon);
  EXPECT_FALSE(line.quiet);
  EXPECT_EQ(line.verbose, 2);
  EXPECT_THAT(line.files, ElementsAre("pgqd.ini"));
  line = ParseCommandLine({"-q", "-s", "--", "-odd.ini"});
  EXPECT_EQ(line.action, Action::kStop);
  EXPECT_TRUE(line.quiet);
  EXPECT_THAT(line.files, ElementsAre("-odd.ini"));
}

TEST(CommandLineTest, LooksForHelpAndSampleFirst) {
  EXPECT_EQ(ParseCommandLine({"-x", "--ini"}).action, Action::kSampleIni);
  EXPECT_EQ(ParseCommandLine({"x.ini", "--help", "--nonsense"}).action, Action::kHelp);
  EXPECT_EQ(ParseCommandLine({"-V"}).action, Action::kVersion);
  EXPECT_EQ(ParseCommandLine({"-k", "x"}).action, Action::kKill);
  EXPECT_EQ(ParseCommandLine({"-r", "x"}).action, Action::kReload);
}

TEST(CommandLineTest, RefusesUnknownSwitches) {
  EXPECT_EQ(ParseCommandLine({"-x"}).action, Action::kBadSwitch);
  EXPECT_EQ(ParseCommandLine({"-dx", "a.ini"}).action, Action::kBadSwitch);
  EXPECT_EQ(ParseCommandLine({"--daemon"}).action, Action::kBadSwitch);
}

TEST(OperationTest, BecomesAStatement) {
  EXPECT_EQ(OperationSql({"vacuum", "pgq.subscription"}), "vacuum pgq.subscription");
  EXPECT_EQ(OperationSql({"vacuum analyze", "pgq.Odd Name"}), "vacuum analyze pgq.\"Odd Name\"");
  EXPECT_EQ(OperationSql({"pgq.maint_rotate_tables_step1", "it's"}),
            "select pgq.maint_rotate_tables_step1('it''s')");
  EXPECT_EQ(OperationSql({"pgq.maint_rotate_tables_step2", std::nullopt}),
            "select pgq.maint_rotate_tables_step2()");
}

TEST(OperationTest, IsCalledAgainForANumberOtherThanZero) {
  EXPECT_TRUE(WantsMore("1"));
  EXPECT_TRUE(WantsMore(" 12"));
  EXPECT_TRUE(WantsMore("-1"));
  for (const char* none : {"0", "", " ", "text", "(1,2)", "t"})
    EXPECT_FALSE(WantsMore(none)) << none;
}

TEST(WalGateTest, ReadsWalPositions) {
  EXPECT_EQ(ParseLsn("0/0"), 0u);
  EXPECT_EQ(ParseLsn("16/B374D848"), 0x16B374D848u);
  for (const char* bad : {"", "1", "/1", "1/", "1/x", "1/2 "})
    EXPECT_THROW(ParseLsn(bad), base::Error) << bad;
}

config::Settings Load(const std::string& text) {
  return config::Settings::Load(DeclaredSettings(),
                                config::IniFile::Parse(text, "p.ini", config::Dialect::kPgqd),
                                {"pgqd"}, {}, config::UnknownKeys::kRefuse, {});
}

TEST(PgqdSettingsTest, HaveTheDocumentedDefaults) {
  const Options options = ReadOptions(Load("[pgqd]\n"));
  EXPECT_EQ(options.initial_database, "template1");
  EXPECT_THAT(options.database_list, IsEmpty());
  EXPECT_EQ(options.check_period, 60s);
  EXPECT_EQ(options.maint_period, 120s);
  EXPECT_EQ(options.retry_period, 30s);
  EXPECT_EQ(options.ticker_period, 1s);
  EXPECT_EQ(options.stats_period, 30s);
  EXPECT_EQ(options.connection_lifetime, 3600s);
  EXPECT_TRUE(options.on_demand);
  EXPECT_EQ(Load("[pgqd]\n").integer("syslog"), 1);
}

TEST(PgqdSettingsTest, ListOfDatabasesTakesCommasAndBlanks) {
  EXPECT_THAT(ReadOptions(Load("[pgqd]\ndatabase_list = a, b  c,d\n")).database_list,
              ElementsAre("a", "b", "c", "d"));
}

TEST(PgqdSettingsTest, TheSampleLoads) {
  EXPECT_NO_THROW(ReadOptions(Load(config::SampleIni(DeclaredSettings(), "pgqd", "Sample."))));
}

TEST(PgqdSettingsTest, RefusesABadConnectionStringWithoutShowingIt) {
  try {
    ReadOptions(Load("[pgqd]\nbase_connstr = password=geheim nonsense\n"));
    FAIL();
  } catch (const base::ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("p.ini:2"));
    EXPECT_EQ(std::string(error.what()).find("geheim"), std::string::npos);
  }
}

TEST(PgqdSettingsTest, QuotesDatabaseNames) {
  Options options;
  options.base_connstr = "host=/tmp";
  EXPECT_THAT(ConnectTo(options, "it's \\odd", "ticker").connstr,
              HasSubstr("dbname='it\\'s \\\\odd'"));
}

}  // namespace
}  // namespace pgqd
