// The program itself: what it prints, where, and with which exit status, before any server is
// involved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/eventually.h"
#include "support/process.h"
#include "support/tree.h"

namespace {

using test_support::RunResult;
using test_support::TempDir;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kUnreachable = "db = dbname=x host=/nonexistent\nqueue_name = q\n";

RunResult Londiste(std::vector<std::string> words) {
  words.insert(words.begin(), "londiste");
  return test_support::Run(std::move(words));
}

RunResult Londiste3(std::vector<std::string> words) {
  words.insert(words.begin(), "londiste3");
  return test_support::Run(std::move(words));
}

TEST(CommandsProgram, SaysWhatItNeeds) {
  RunResult result = Londiste({});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("need config file, use --help for help."));
  EXPECT_THAT(result.err, HasSubstr("HINT:  For example: londiste "));

  TempDir dir;
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable);
  result = Londiste({ini});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("need command"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  For example: londiste " + ini + " status\n"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST(CommandsProgram, SuggestsTheNearestCommand) {
  TempDir dir;
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable);
  RunResult result = Londiste({ini, "add-tabel", "x"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("Unknown command 'add-tabel', use --help for help\n"
                                    "HINT:  Did you mean \"add-table\"?\n"));
  EXPECT_THAT(Londiste({ini, "zzzzzzzzzzzz"}).err,
              testing::EndsWith("Unknown command 'zzzzzzzzzzzz', use --help for help\n"));
}

TEST(CommandsProgram, CountsArguments) {
  TempDir dir;
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable);
  RunResult result = Londiste({ini, "drop-node"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("command 'drop-node' got 0 args, but expects 1: NODE"));
  result = Londiste({ini, "pause", "x"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("command 'pause' got 1 args, but expects 0"));
}

TEST(CommandsProgram, AsksWhichTables) {
  TempDir dir;
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable);
  for (auto [command, question] :
       {std::pair{"add-table",
                  "which tables? Give names, patterns or --all (command missing lists them)"},
        {"remove-table", "which tables? Give names, patterns or --all (command tables lists them)"},
        {"resync", "which tables? Give names, patterns or --all (command tables lists them)"},
        {"add-seq", "which sequences? Give names, patterns or --all (command missing lists them)"},
        {"remove-seq",
         "which sequences? Give names, patterns or --all (command seqs lists them)"}}) {
    RunResult result = Londiste({ini, command});
    EXPECT_EQ(result.status, 2) << command;
    EXPECT_THAT(result.err, HasSubstr(std::string(command) + ": " + question));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

// Connection strings where a name belongs, and the other way round.
TEST(CommandsProgram, TellsNamesFromConnectStrings) {
  TempDir dir;
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable);
  const std::string connstr = "host=/nonexistent dbname=x password=geheim";
  RunResult result = Londiste({ini, "create-leaf", "node2", connstr, "--provider=node1"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--provider takes a connection string, not a node's name: "
                                    "\"node1\""));
  EXPECT_EQ(Londiste({ini, "create-leaf", "node2", "node1", "--provider=" + connstr}).status, 2);
  result = Londiste({ini, "create-root", connstr, "node1"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("the node's name comes first"));
  EXPECT_EQ(result.err.find("geheim"), std::string::npos);
  EXPECT_EQ(Londiste({ini, "create-root"}).status, 2);
  EXPECT_EQ(Londiste({ini, "create-leaf", "node2", connstr}).status, 2);
  EXPECT_EQ(Londiste({ini, "create-root", "node1", connstr, "--provider=" + connstr}).status, 2);
  EXPECT_EQ(Londiste({ini, "resync", "t", "--copy-node=" + connstr}).status, 2);
  result = Londiste({ini, "create-root", "node1", connstr, "--merge=all"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--merge can be used only for leafs"));
  result = Londiste(
      {ini, "create-leaf", "node2", connstr, "--provider=" + connstr, "--sync-watermark=node3"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--sync-watermark can be used only for branch nodes"));
}

TEST(CommandsProgram, RefusesBadOptionsWithStatusTwo) {
  for (const char* option : {"--nonsense", "--applied", "-x", "--set=novalue", "--provider"}) {
    RunResult result = Londiste({"x.ini", "status", option});
    EXPECT_EQ(result.status, 2) << option;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, StartsWith("Usage: londiste [options] INI CMD [args]\n")) << option;
    EXPECT_THAT(result.err, HasSubstr("londiste: error: ")) << option;
  }
  EXPECT_THAT(Londiste({"--nonsense"}).err,
              HasSubstr("londiste: error: no such option: --nonsense\n"));
}

TEST(CommandsProgram, HelpAndVersionGoToStdout) {
  RunResult help = Londiste({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("add-table"));
  EXPECT_THAT(help.err, IsEmpty());
  RunResult command = Londiste({"add-table", "-h"});
  EXPECT_EQ(command.status, 0);
  EXPECT_THAT(command.out, StartsWith("Usage: londiste [options] INI add-table TABLE...\n"));
  EXPECT_THAT(command.out, HasSubstr("--expect-sync"));
  EXPECT_THAT(Londiste({"-V"}).out, StartsWith("londiste, Skytools version "));
  EXPECT_THAT(Londiste3({"-V"}).out, StartsWith("londiste3, Skytools version "));
}

TEST(CommandsProgram, SampleWorksAfterFillingInNames) {
  TempDir dir;
  RunResult sample = Londiste(
      {"--ini", "--set", "db=host=/nonexistent dbname=x", "--set=logfile=", "--set=pidfile="});
  ASSERT_EQ(sample.status, 0) << sample.err;
  EXPECT_THAT(sample.out, HasSubstr("[londiste]"));
  EXPECT_THAT(sample.out, HasSubstr("host=/nonexistent"));
  RunResult result = Londiste({dir.Write("n.ini", sample.out), "tables"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("local database: could not connect to"));
  EXPECT_THAT(Londiste3({"--ini"}).out, HasSubstr("[londiste3]"));
}

TEST(CommandsProgram, NamesFileLineAndKeyOfABadConfiguration) {
  TempDir dir;
  RunResult result = Londiste({"/nonexistent.ini", "status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("/nonexistent.ini"));

  std::string ini = dir.Write("broken.ini", "[londiste]\ndb = dbname=x\nthis is no setting\n");
  result = Londiste({ini, "status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(ini + ":3"));

  ini = dir.Write("value.ini",
                  std::string("[londiste]\n") + kUnreachable + "parallel_copies = many\n");
  result = Londiste({ini, "status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(ini + ":4"));
  EXPECT_THAT(result.err, HasSubstr("parallel_copies"));

  ini = dir.Write("section.ini", std::string("[pgqd]\n") + kUnreachable);
  result = Londiste({ini, "status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("londiste"));

  ini = dir.Write("key.ini", "[londiste]\ndb = dbname=x\n");
  result = Londiste({ini, "status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("queue_name"));
}

TEST(CommandsProgram, NoticesCommandAndFileInTheWrongOrder) {
  RunResult result = Londiste({"status", "x.ini"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err,
              HasSubstr("The configuration file comes before the command: londiste INI status"));
}

TEST(CommandsProgram, OwnSectionWinsOverTheOtherName) {
  TempDir dir;
  std::string ini = dir.Write("both.ini",
                              "[londiste]\ndb = dbname=new host=/nonexistent\nqueue_name = q\n"
                              "[londiste3]\ndb = dbname=old host=/nonexistent\nqueue_name = q\n");
  EXPECT_THAT(Londiste({ini, "tables"}).err, HasSubstr("dbname=new"));
  EXPECT_THAT(Londiste3({ini, "tables"}).err, HasSubstr("dbname=old"));
}

TEST(CommandsProgram, WarnsOfOptionsAndSettingsWithoutEffect) {
  TempDir dir;
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable +
                                           "pgq_autocommit = 1\nqeue_name = typo\n");
  RunResult result = Londiste({ini, "pause", "--all", "--target=n"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("option --all has no effect on pause"));
  EXPECT_THAT(result.err, HasSubstr("option --target has no effect on pause"));
  EXPECT_THAT(result.err, HasSubstr(ini + ":4: setting \"pgq_autocommit\" has no effect"));
  EXPECT_THAT(result.err, HasSubstr(ini + ":5: "));
  EXPECT_THAT(result.err, HasSubstr("queue_name"));
}

TEST(CommandsProgram, LogsWhereSkylogSays) {
  TempDir dir;
  const std::string log = dir.path() + "/j.log";
  const std::string skylog =
      dir.Write("skylog.ini",
                "[loggers]\nkeys=root\n[handlers]\nkeys=f,e,c\n[logger_root]\nlevel=DEBUG\n"
                "handlers=f,e,c\n[formatter_s]\nformat=%(job_name)s %(levelname)s %(message)s\n"
                "[handler_f]\nclass=skylog.EasyRotatingFileHandler\nformatter=s\nargs=('" +
                    dir.path() +
                    "/%(job_name)s.log',)\n[handler_e]\nclass=StreamHandler\nlevel=ERROR\n"
                    "formatter=s\nargs=(sys.stderr,)\n[handler_c]\nclass=skylog.LogDBHandler\n"
                    "args=(\"host=loghost dbname=log\",)\n");
  const std::string settings = std::string("[londiste]\njob_name = j\n") + kUnreachable +
                               "skylog_locations = " + skylog + "\nuse_skylog = ";
  const std::string ini = dir.Write("n.ini", settings + "1\n");
  RunResult result = Londiste({ini, "pause"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      test_support::ReadWholeFile(log),
      testing::AllOf(StartsWith("j WARNING " + skylog + ":20: handler \"c\" has no effect: "),
                     HasSubstr("\nj ERROR local database: could not connect to ")));
  EXPECT_THAT(result.err, StartsWith("j ERROR local database: could not connect to "));
  // What only shows something writes to stderr, as ever.
  EXPECT_THAT(Londiste({ini, "tables"}).err, Not(StartsWith("j ERROR")));

  ASSERT_EQ(unlink(skylog.c_str()), 0);
  result = Londiste({ini, "pause"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr(ini + ":6: setting \"use_skylog\": there is none of the files " + skylog));
}

TEST(CommandsProgram, LogsInTheFormatThatTheFileSays) {
  TempDir dir;
  const std::string log = dir.path() + "/log";
  const std::string ini = dir.Write(
      "n.ini", std::string("[londiste]\n") + kUnreachable + "logfile = " + log +
                   "\nlogfmt_file = <%%(levelname)s %%(job_name)s> %%(message)s\n"
                   "logfmt_console_verbose = verbose %%(message)s\nlogdatefmt_console = at %%H\n");
  RunResult result = Londiste({ini, "pause"});
  EXPECT_THAT(test_support::ReadWholeFile(log),
              StartsWith("<ERROR n> local database: could not connect to "));
  EXPECT_THAT(result.err, testing::ContainsRegex("^at [0-9][0-9] [0-9]+ ERROR local database: "));
  result = Londiste({"-v", ini, "pause"});
  EXPECT_THAT(result.err, HasSubstr("verbose local database: "));
  EXPECT_THAT(Londiste({ini, "pause", "--set", "logfmt_console=%(lineno)d"}).err,
              HasSubstr("settings \"logfmt_console\" and \"logdatefmt_console\": there is no "
                        "%(lineno) here\nHINT:  There are asctime, created, levelname, "));
}

TEST(CommandsProgram, WorkerTellsQuietFailuresAsWarningsForAWhile) {
  TempDir dir;
  const std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable +
                                                 "exception_quiet = psycopg2.OperationalError\n"
                                                 "exception_grace = 2\nexception_sleep = 0.2\n");
  test_support::Process worker({"londiste", ini, "worker"});
  EXPECT_TRUE(test_support::Eventually(std::chrono::seconds(20), "it is an error in the end", [&] {
    return worker.Stderr().find("ERROR Job n ") != std::string::npos;
  }));
  EXPECT_LT(worker.Stderr().find("WARNING Job n "), worker.Stderr().find("ERROR Job n "));
  EXPECT_EQ(worker.Stop(), 0);
}

TEST(CommandsProgram, NeverShowsAPassword) {
  TempDir dir;
  std::string ini = dir.Write(
      "n.ini", "[londiste]\ndb = dbname=x host=/nonexistent password=geheim\nqueue_name = q\n");
  RunResult result = Londiste({"-vv", ini, "tables"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ((result.out + result.err).find("geheim"), std::string::npos) << result.err;
  EXPECT_THAT(result.err, HasSubstr("could not connect"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  "));
}

TEST(CommandsProgram, SignalOptionsReportWhatTheyFind) {
  TempDir dir;
  std::string head = std::string("[londiste]\n") + kUnreachable;
  std::string without = dir.Write("without.ini", head);
  std::string with = dir.Write("with.ini", head + "pidfile = " + dir.path() + "/w.pid\n");
  for (const char* option : {"-s", "-k", "-r"}) {
    RunResult result = Londiste({option, without});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("No pidfile in config, nothing to do"));
    result = Londiste({option, with});
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.err,
                HasSubstr("No pidfile \"" + dir.path() + "/w.pid\", process not running"));
  }
  dir.Write("w.pid", "999999999");
  RunResult result = Londiste({"-s", with});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("/w.pid\" exists, but process not running"));
}

// A log that belongs to the user who runs the worker.
TEST(CommandsProgram, AnotherUserLooksAndIsToldWhoseTheRestIs) {
  if (getuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  TempDir dir;
  const std::string ini =
      dir.Write("x.ini", std::string("[londiste]\n") + kUnreachable + "logfile = " + dir.path() +
                             "/x.log\npidfile = " + dir.path() + "/x.pid\n");
  dir.Write("x.log", "");
  chmod(dir.path().c_str(), 0755);
  const test_support::Process worker({"londiste", ini, "worker"});
  ASSERT_TRUE(test_support::Eventually(std::chrono::seconds(30), "pid file", [&] {
    return access((dir.path() + "/x.pid").c_str(), F_OK) == 0 &&
           !test_support::ReadWholeFile(dir.path() + "/x.pid").empty();
  }));
  const auto as_postgres = [&](const std::string& word) {
    return test_support::Run({"/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres",
                              "--init-groups", test_support::BinDir() + "/londiste", ini, word});
  };
  RunResult result = as_postgres("status");  // the database is not there
  EXPECT_THAT(result.err, HasSubstr("could not connect"));
  EXPECT_THAT(result.err, Not(HasSubstr("log file")));
  result = as_postgres("-r");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not signal process " + std::to_string(worker.pid())));
  EXPECT_THAT(result.err, HasSubstr("belongs to user \"root\", and this is user \"postgres\""));
  result = as_postgres("pause");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not open log file \"" + dir.path() + "/x.log\""));
  EXPECT_THAT(result.err, HasSubstr("belongs to user \"root\"; this is user \"postgres\""));
}

TEST(CommandsProgram, DaemonNeedsAPidFileAndIsForTheWorker) {
  TempDir dir;
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable);
  RunResult result = Londiste({"-d", ini, "worker"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, StartsWith("Daemon needs pidfile\n"));
  result = Londiste({"-d", ini, "status"});
  EXPECT_EQ(result.status, 2);
}

TEST(CommandsProgram, DaemonSaysWhyItCouldNotStart) {
  TempDir dir;
  std::string head = std::string("[londiste]\n") + kUnreachable;
  std::string log = dir.Write(
      "log.ini", head + "pidfile = " + dir.path() + "/w.pid\nlogfile = /nonexistent/w.log\n");
  RunResult result = Londiste({"-d", log, "worker"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not open log file \"/nonexistent/w.log\""));
  EXPECT_THAT(result.err, HasSubstr("\nHINT:  "));
  std::string usage = dir.Write("usage.ini", head + "pidfile = " + dir.path() + "/w.pid\n");
  result = Londiste({"-d", usage, "worker", "--rewind", "--reset"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("--rewind and --reset exclude each other"));
  std::string pid = dir.Write("pid.ini", head + "pidfile = /nonexistent/w.pid\n");
  result = Londiste({"-d", pid, "worker"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not create pidfile \"/nonexistent/w.pid\""));
}

TEST(CommandsProgram, SaysWhoseTheLogFileIs) {
  if (geteuid() != 0) GTEST_SKIP() << "needs a second user";
  TempDir dir;
  ASSERT_EQ(chmod(dir.path().c_str(), 0755), 0);
  std::string ini = dir.Write("n.ini", std::string("[londiste]\n") + kUnreachable +
                                           "logfile = " + dir.Write("n.log", "") + "\n");
  const std::string program = dir.path() + "/londiste";  // where every user finds it
  std::filesystem::copy_file(test_support::BinDir() + "/londiste", program);
  RunResult result = test_support::Run({"/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres",
                                        "--init-groups", "--", program, ini, "worker"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("could not open log file \"" + dir.path() + "/n.log\": Permission denied"));
  EXPECT_THAT(result.err,
              HasSubstr("The file belongs to user \"root\"; this is user \"postgres\""));
}

TEST(CommandsProgram, OneAdministrativeCommandAtATime) {
  TempDir dir;
  std::string ini = dir.Write(
      "n.ini", std::string("[londiste]\n") + kUnreachable + "pidfile = " + dir.path() + "/w.pid\n");
  dir.Write("w.pid.admin", std::to_string(getpid()));
  RunResult result = Londiste({ini, "pause"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "Pidfile exists, another process running? (pid " +
                            std::to_string(getpid()) + ", pidfile \"" + dir.path() +
                            "/w.pid.admin\")\n");
  EXPECT_THAT(Londiste({ini, "tables"}).err, HasSubstr("could not connect"))
      << "commands that only read do not wait for it";

  dir.Write("w.pid.admin", "999999999");
  EXPECT_THAT(Londiste({ini, "pause"}).err, HasSubstr("Ignoring stale pidfile"));
  EXPECT_NE(access((dir.path() + "/w.pid.admin").c_str(), F_OK), 0) << "removed at the end";
}

}  // namespace
