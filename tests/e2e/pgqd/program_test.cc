// The program itself: switches, configuration, pid file; no server needed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "support/eventually.h"
#include "support/process.h"

namespace {

using namespace std::chrono_literals;
using test_support::Process;
using test_support::ReadWholeFile;
using test_support::RunResult;
using test_support::TempDir;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

RunResult RunPgqd(std::vector<std::string> words) {
  words.insert(words.begin(), "pgqd");
  return test_support::Run(std::move(words));
}

// A configuration whose server does not exist: pgqd starts, and keeps trying.
std::string Unreachable(const TempDir& dir, const std::string& name = "p") {
  return dir.Write(name + ".ini", "[pgqd]\nbase_connstr = host=" + dir.path() +
                                      "/none password=geheim\nsyslog = 0\nlogfile = " + dir.path() +
                                      "/" + name + ".log\npidfile = " + dir.path() + "/" + name +
                                      ".pid\n");
}

TEST(PgqdProgram, AnswersWithoutAServer) {
  for (const char* help : {"-h", "--help"}) {
    const RunResult result = RunPgqd({"x.ini", help});
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.out, StartsWith("usage: pgqd [switches] config.file\n"));
    EXPECT_THAT(result.err, IsEmpty());
  }
  EXPECT_THAT(RunPgqd({"-V"}).out, StartsWith("pgqd version "));
  EXPECT_EQ(RunPgqd({"-V"}).status, 0);
}

TEST(PgqdProgram, RefusesWhatItDoesNotUnderstand) {
  RunResult result = RunPgqd({"-x"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, StartsWith("bad switch: -x\nusage: pgqd [switches]"));
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(RunPgqd({"a.ini", "-vxd"}).err, StartsWith("bad switch: -x\n"));
  EXPECT_THAT(RunPgqd({"a.ini", "--verbose"}).err, StartsWith("bad switch: --verbose\n"));
  for (const auto& words : {std::vector<std::string>{}, {"-d"}}) {
    result = RunPgqd(words);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, "pgqd requires config file\n");
  }
  result = RunPgqd({"a.ini", "-v", "b.ini"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "pgqd takes one config file, got 2\n");
}

TEST(PgqdProgram, NamesFileLineAndKeyOfABadConfiguration) {
  TempDir dir;
  RunResult result = RunPgqd({"/nonexistent.ini"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "ERROR could not open \"/nonexistent.ini\": No such file or directory\nFATAL failed to "
            "read config\n");

  std::string ini = dir.Write("unknown.ini", "[pgqd]\nticker_perod = 1\n");
  result = RunPgqd({ini});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(ini + ":2: unknown parameter: pgqd/ticker_perod\n"));
  EXPECT_THAT(result.err, HasSubstr("Did you mean \"ticker_period\"?"));

  ini = dir.Write("value.ini", "[pgqd]\n\nmaint_period = often\n");
  result = RunPgqd({ini});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr(ini + ":3: invalid value \"often\" for parameter maint_period"));

  ini = dir.Write("range.ini", "[pgqd]\nticker_period = 0\n");
  EXPECT_THAT(RunPgqd({ini}).err,
              HasSubstr(ini + ":2: invalid value \"0\" for parameter ticker_period"));

  ini = dir.Write("section.ini", "[other]\nx = 1\n");
  result = RunPgqd({ini});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("pgqd"));

  ini = dir.Write("connstr.ini", "[pgqd]\nbase_connstr = pass word=geheim\n");
  result = RunPgqd({ini});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(ini + ":2: base_connstr: "));
  EXPECT_THAT(result.err, Not(HasSubstr("geheim")));

  ini = dir.Write("logfile.ini", "[pgqd]\nsyslog = 0\nlogfile = /nonexistent/p.log\npidfile = " +
                                     dir.path() + "/l.pid\n");
  for (const char* mode : {"-q", "-d"}) {
    result = RunPgqd({mode, ini});
    EXPECT_EQ(result.status, 1) << "the starting command learns that the daemon could not start";
    EXPECT_THAT(result.err, HasSubstr("/nonexistent/p.log")) << mode;
  }
}

TEST(PgqdProgram, DaemonNeedsAPidFile) {
  TempDir dir;
  const RunResult result = RunPgqd({"-d", dir.Write("p.ini", "[pgqd]\nsyslog = 0\n")});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("FATAL daemon needs pidfile configured"));
}

TEST(PgqdProgram, SignalSwitchesSayWhatTheyFind) {
  TempDir dir;
  const std::string without = dir.Write("w.ini", "[pgqd]\n");
  const std::string with = Unreachable(dir);
  for (const char* letter : {"-s", "-k", "-r"}) {
    RunResult result = RunPgqd({letter, without});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, "No pidfile configured\n");
    result = RunPgqd({with, letter});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "Old process is not running (pidfile \"" + dir.path() + "/p.pid\")\n");
  }
  dir.Write("p.pid", "999999999\n");
  EXPECT_THAT(RunPgqd({"-s", with}).err, StartsWith("Old process is not running"));
}

TEST(PgqdProgram, RunsInTheBackgroundUntilToldToStop) {
  TempDir dir;
  const std::string ini = Unreachable(dir), pid_path = dir.path() + "/p.pid",
                    log_path = dir.path() + "/p.log";
  const auto gone = [&] { return access(pid_path.c_str(), F_OK) != 0; };
  struct Way {
    const char *letter, *said, *logged;
  };
  for (const Way& way : {Way{"-s", "SIGINT sent\n", "Got SIGINT, shutting down"},
                         Way{"-k", "SIGTERM sent\n", "Got SIGTERM, fast exit"}}) {
    const RunResult started = RunPgqd({ini, "-d"});
    ASSERT_EQ(started.status, 0) << started.err;
    EXPECT_THAT(started.out + started.err, IsEmpty());
    const std::string pid = ReadWholeFile(pid_path);
    ASSERT_THAT(pid, testing::MatchesRegex("[0-9]+\n"));

    const RunResult second = RunPgqd({ini});
    EXPECT_EQ(second.status, 1);
    EXPECT_THAT(second.err, HasSubstr("FATAL pidfile exists, another instance running? (pid " +
                                      pid.substr(0, pid.size() - 1)));

    EXPECT_EQ(RunPgqd({"-r", ini}).err, "SIGHUP sent\n");
    EXPECT_TRUE(test_support::Eventually(10s, "reload", [&] {
      return ReadWholeFile(log_path).find("Got SIGHUP, re-reading config") != std::string::npos;
    }));
    EXPECT_EQ(RunPgqd({way.letter, ini}).err, way.said);
    EXPECT_TRUE(test_support::Eventually(20s, "pid file removed", gone));
    EXPECT_THAT(ReadWholeFile(log_path), HasSubstr(way.logged));
  }
  const std::string log = ReadWholeFile(log_path);
  EXPECT_THAT(
      log, testing::ContainsRegex(
               "^[0-9-]+ [0-9:]+\\.[0-9][0-9][0-9] [A-Z0-9+-]+ \\[[0-9]+\\] LOG Starting pgqd "));
  EXPECT_THAT(log, HasSubstr("ERROR detecting databases: could not connect"));
  EXPECT_THAT(log, HasSubstr("retrying in "));
  EXPECT_THAT(log, Not(HasSubstr("geheim")));
}

TEST(PgqdProgram, ExitsWithZeroWhenStoppedAndWritesToTheConsole) {
  TempDir dir;
  for (const int signal : {SIGINT, SIGTERM}) {
    Process pgqd({"pgqd", Unreachable(dir)});
    EXPECT_TRUE(test_support::Eventually(10s, "start", [&] {
      return pgqd.Stderr().find("auto-detecting dbs") != std::string::npos;
    }));
    pgqd.Signal(signal);
    EXPECT_EQ(pgqd.Wait(20s), 0);
    EXPECT_NE(access((dir.path() + "/p.pid").c_str(), F_OK), 0);
  }
  Process quiet({"pgqd", "-q", Unreachable(dir)});
  EXPECT_TRUE(test_support::Eventually(
      10s, "start", [&] { return access((dir.path() + "/p.pid").c_str(), F_OK) == 0; }));
  EXPECT_EQ(quiet.Stop(), 0);
  EXPECT_THAT(quiet.Stderr(), IsEmpty());
}

TEST(PgqdProgram, TakesOverAStalePidFile) {
  TempDir dir;
  const std::string ini = Unreachable(dir);
  {
    Process pgqd({"pgqd", "-q", ini});
    ASSERT_TRUE(test_support::Eventually(
        10s, "start", [&] { return !ReadWholeFile(dir.path() + "/p.pid").empty(); }));
    pgqd.Kill();
  }
  EXPECT_FALSE(ReadWholeFile(dir.path() + "/p.pid").empty());
  Process again({"pgqd", "-q", ini});
  EXPECT_TRUE(test_support::Eventually(10s, "start", [&] {
    return ReadWholeFile(dir.path() + "/p.log").find("removed stale pidfile") != std::string::npos;
  }));
  EXPECT_EQ(again.Stop(), 0);
}

TEST(PgqdProgram, ReopensItsLog) {
  TempDir dir;
  const std::string ini = Unreachable(dir), log = dir.path() + "/p.log";
  Process pgqd({"pgqd", "-q", ini});
  ASSERT_TRUE(
      test_support::Eventually(10s, "start", [&] { return access(log.c_str(), F_OK) == 0; }));
  ASSERT_TRUE(test_support::Eventually(
      10s, "pid file", [&] { return !ReadWholeFile(dir.path() + "/p.pid").empty(); }));
  ASSERT_EQ(rename(log.c_str(), (log + ".1").c_str()), 0);
  EXPECT_EQ(RunPgqd({"-r", ini}).status, 0);
  EXPECT_TRUE(
      test_support::Eventually(10s, "new log", [&] { return access(log.c_str(), F_OK) == 0; }));
  EXPECT_EQ(pgqd.Stop(), 0);
  EXPECT_THAT(ReadWholeFile(log), HasSubstr("Got SIGINT"));
  EXPECT_THAT(ReadWholeFile(log + ".1"), Not(HasSubstr("Got SIGINT")));
}

}  // namespace
