// The small parts of pgqd: back-off, failure log, switches, settings, maintenance statements.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/error.h"
#include "pgqd/command_line.h"
#include "pgqd/failures/failure_meaning.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/failures/server_failures.h"
#include "pgqd/news/wal_watch.h"
#include "pgqd/settings/options.h"
#include "pgqd/settings/settings.h"
#include "pgqd/work/maintenance.h"

namespace pgqd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Action = CommandLine::Action;

TEST(LogTextTest, SaysHowManyWereNotLogged) {
  auto now = base::Clock::time_point{} + 1h;
  base::RepeatedMessages log({}, [&now] { return now; });
  EXPECT_EQ(TextToLog(log, "a", "a failed"), "a failed");
  for (int i = 0; i < 5; ++i) {
    now += 10s;
    EXPECT_EQ(TextToLog(log, "a", "a failed"), std::nullopt);
  }
  now += 10s;
  EXPECT_EQ(TextToLog(log, "a", "a failed"), "a failed (6 times in the last minute)");
}

TEST(LogTextTest, HidesControlCharacters) {
  EXPECT_EQ(DatabaseText("a\nb"), "[a?b]");
  EXPECT_EQ(DatabaseText("\xC3\xB5"), "[\xC3\xB5]");
  EXPECT_EQ(DatabaseText("\x1b[31m\x7f\t\r"), "[?[31m???]");
  EXPECT_EQ(DatabaseText("a\xC2\x9B"
                         "b\xC2\xA9"),
            "[a??b\xC2\xA9]")
      << "CSI goes, (c) stays";
  EXPECT_EQ(DatabaseText("50%s {} \"q\" 'q' \\"), "[50%s {} \"q\" 'q' \\]");
  EXPECT_EQ(DatabaseText("\xE3\xC2"), "[\xE3\xC2]") << "no UTF-8: as it is";
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

TEST(LogTextTest, AFailureIsOneLine) {
  pg::Failure failure;
  failure.message = "no\nluck";
  EXPECT_EQ(FailureText("[a]", failure, 2s), "[a]: no?luck; retrying in 2 s");
  EXPECT_EQ(FailureText("[a]", failure, base::Duration::max()), "[a]: no?luck");
}

pg::Failure Refusal(const std::string& sqlstate, const std::string& message) {
  pg::Failure failure;
  failure.kind = pg::FailureKind::kConnectFailed;
  failure.sqlstate = sqlstate;
  failure.message = message;
  return failure;
}

TEST(FailureMeaningTest, TellsWhatIsWrong) {
  EXPECT_TRUE(ServerIsAway(Refusal("", "connection refused")));
  EXPECT_TRUE(ServerIsAway(Refusal("57P03", "starting up")));
  EXPECT_TRUE(ServerIsAway(Refusal("08P01", "server login has been failing")));
  EXPECT_TRUE(ServerIsAway(Refusal("57P01", "terminating connection")));
  EXPECT_FALSE(ServerIsAway(Refusal("57P04", "database dropped")));
  EXPECT_TRUE(DatabaseIsGone(Refusal("57P04", "database dropped")));
  EXPECT_FALSE(ServerIsAway(Refusal("53300", "too many clients")));
  EXPECT_TRUE(DatabaseIsGone(Refusal("3D000", "does not exist")));
  EXPECT_TRUE(DatabaseIsGone(Refusal("55000", "not accepting connections")));
  EXPECT_FALSE(DatabaseIsGone(Refusal("28000", "pg_hba.conf rejects")));
  pg::Failure sql;
  sql.kind = pg::FailureKind::kSql;
  for (const char* state : {"42883", "3F000", "0A000", "26000"}) {
    sql.sqlstate = state;
    EXPECT_TRUE(PgqHasChanged(sql)) << state;
    EXPECT_FALSE(PgqHasChanged(Refusal(state, ""))) << state;
  }
  sql.sqlstate = "42501";
  EXPECT_FALSE(PgqHasChanged(sql));
}

TEST(FailureMeaningTest, TheReasonIsTheSameForAllDatabases) {
  EXPECT_EQ(ReasonOf(Refusal("", "could not connect to \"dbname=a\": refused")), "refused");
  EXPECT_EQ(ReasonOf(Refusal("", "could not connect to \"dbname=b\": database \"b\": no")),
            "database \"b\": no");
  pg::Failure lost;
  lost.kind = pg::FailureKind::kConnectionLost;
  lost.message = "lost \"it\": now";
  EXPECT_EQ(ReasonOf(lost), "lost \"it\": now");
}

TEST(ServerFailuresTest, OneThreadSpeaksForAll) {
  ServerFailures all;
  ServerFailures::Reporter one(all), two(all);
  one.Report("[one]", Refusal("", "could not connect to \"dbname=one\": refused"), 1s);
  two.Report("[two]", Refusal("", "could not connect to \"dbname=two\": refused"), 1s);
  EXPECT_FALSE(two.Clear()) << "the other one spoke";
  EXPECT_TRUE(one.Clear());
  EXPECT_FALSE(one.Clear());
  two.Report("[two]", Refusal("", "could not connect to \"dbname=two\": refused"), 1s);
  EXPECT_TRUE(two.Clear()) << "the next failure is a first one";
}

TEST(CommandLineTest, LettersMayRepeatAndMix) {
  EXPECT_EQ(ParseCommandLine({"-v", "-v", "-vv", "x"}).verbose, 4);
  const CommandLine line = ParseCommandLine({"-qdv", "x.ini"});
  EXPECT_TRUE(line.quiet && line.daemon);
  EXPECT_EQ(line.verbose, 1);
  EXPECT_EQ(ParseCommandLine({"-vs", "x.ini"}).action, Action::kStop);
  EXPECT_EQ(ParseCommandLine({"x.ini", "-qr"}).action, Action::kReload);
  EXPECT_EQ(ParseCommandLine({"-sk", "x.ini"}).action, Action::kKill) << "the last one counts";
  EXPECT_THAT(ParseCommandLine({"a", "-v", "b"}).files, ElementsAre("a", "b"));
  EXPECT_THAT(ParseCommandLine({"-"}).files, ElementsAre("-"));
  EXPECT_EQ(ParseCommandLine({"--", "-h"}).action, Action::kHelp) << "looked for anywhere";
  EXPECT_EQ(ParseCommandLine({"-dh", "x"}).action, Action::kHelp);
  EXPECT_EQ(ParseCommandLine({}).action, Action::kRun);
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

TEST(CommandLineTest, NamesTheBadSwitchAsItWasTyped) {
  EXPECT_EQ(ParseCommandLine({"-vx", "a.ini"}).bad_switch, "-x");
  EXPECT_EQ(ParseCommandLine({"a.ini", "-1"}).bad_switch, "-1");
  EXPECT_EQ(ParseCommandLine({"--daemon", "-x"}).bad_switch, "--daemon");
  EXPECT_EQ(ParseCommandLine({"--he"}).bad_switch, "--he") << "no shorter forms";
  EXPECT_EQ(ParseCommandLine({"--ini=x"}).bad_switch, "--ini=x");
  EXPECT_EQ(ParseCommandLine({"--verbose"}).bad_switch, "--verbose") << "letters only";
}

TEST(CommandLineTest, UsageListsTheTable) {
  EXPECT_EQ(UsageText(),
            "usage: pgqd [switches] config.file\n"
            "Switches:\n"
            "  -v        Increase verbosity\n"
            "  -q        No output to console\n"
            "  -d        Daemonize\n"
            "  -h        Show help\n"
            "  -V        Show version\n"
            " --ini      Show sample config file\n"
            "  -s        Stop - send SIGINT to running process\n"
            "  -k        Kill - send SIGTERM to running process\n"
            "  -r        Reload - send SIGHUP to running process\n");
}

TEST(OperationTest, BecomesAStatement) {
  EXPECT_EQ(OperationSql({"vacuum", "pgq.subscription"}), R"(vacuum "pgq"."subscription")");
  EXPECT_EQ(OperationSql({"vacuum analyze", "pgq.Odd Name"}), R"(vacuum analyze "pgq"."Odd Name")");
  EXPECT_EQ(OperationSql({"pgq.maint_rotate_tables_step1", "it's"}),
            R"(select "pgq"."maint_rotate_tables_step1"('it''s'))");
  EXPECT_EQ(OperationSql({"pgq.maint_rotate_tables_step2", std::nullopt}),
            R"(select "pgq"."maint_rotate_tables_step2"())");
}

TEST(OperationTest, IsCalledAgainForANumberOtherThanZero) {
  EXPECT_TRUE(WantsMore("1"));
  EXPECT_TRUE(WantsMore(" 12"));
  EXPECT_TRUE(WantsMore("-1"));
  for (const char* none : {"0", "", " ", "text", "(1,2)", "t"})
    EXPECT_FALSE(WantsMore(none)) << none;
}

TEST(WalWatchTest, ReadsWalPositions) {
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
