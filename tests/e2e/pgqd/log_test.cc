// Where the log goes, and how much of it there is.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Process;
using test_support::Sql;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// What the C library sends to /dev/log, taken by a socket of ours in a private /dev.
class SystemLog {
 public:
  explicit SystemLog(const std::string& path) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("bind failed");
    fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  ~SystemLog() { close(fd_); }
  SystemLog(const SystemLog&) = delete;
  SystemLog& operator=(const SystemLog&) = delete;

  // All that came so far, a message per line.
  const std::string& Text() {
    char message[4096];
    for (ssize_t got; (got = recv(fd_, message, sizeof message, 0)) > 0;)
      text_ += std::string(message, static_cast<std::size_t>(got)) + "\n";
    return text_;
  }

 private:
  int fd_;
  std::string text_;
};

class PgqdLog : public Pgqd {
 protected:
  // Runs pgqd where /dev/log is `socket`.
  void StartWithDevLog(const std::string& socket, const std::string& ini) {
    static constexpr const char* kPrivateDev =
        "mount -t tmpfs none \"$4\" && mkdir \"$4/shm\" && mount --bind /dev/shm \"$4/shm\" && "
        "mknod -m 666 \"$4/null\" c 1 3 && ln -s \"$1\" \"$4/log\" && "
        "mount --rbind \"$4\" /dev && exec \"$2\" -q \"$3\"";
    pgqd_ = std::make_unique<Process>(
        std::vector<std::string>{"/usr/bin/unshare", "-m", "/bin/sh", "-c", kPrivateDev, "sh",
                                 socket, PgqdPath(), ini, private_dev_.path()});
  }

 private:
  test_support::TempDir private_dev_;
};

TEST_F(PgqdLog, GoesToSyslogUnderItsNameAndFacility) {
  if (getuid() != 0) GTEST_SKIP() << "only root can have a /dev/log of its own";
  const std::string path = dir_.path() + "/devlog";
  SystemLog system_log(path);
  CreateQueueDatabase("app");
  std::string ini = test_support::ReadWholeFile(
      WriteIni("syslog_ident = ticker-of-main\nsyslog_facility = local3\n"
               "database_list = app, 100%s\n"));
  ini.replace(ini.find("syslog = 0"), 10, "syslog = 1");
  StartWithDevLog(path, dir_.Write("syslog.ini", ini));
  ExpectTicked("app");
  const auto says = [&](const std::string& what) {
    return test_support::Eventually(
        kSoon, what, [&] { return system_log.Text().find(what) != std::string::npos; });
  };
  EXPECT_TRUE(says("[app]: pgq version ok"));
  EXPECT_TRUE(says("[100%s]: could not connect"));
  EXPECT_EQ(Stop(), 0);
  EXPECT_TRUE(says("Got SIGINT, shutting down"));
  // <facility * 8 + severity>date ident[pid]: message; local3 is 19, info 6, error 3.
  EXPECT_THAT(system_log.Text(),
              testing::ContainsRegex("<158>[^\n]* ticker-of-main\\[[0-9]+\\]: Starting pgqd "));
  EXPECT_THAT(
      system_log.Text(),
      testing::ContainsRegex("<155>[^\n]* ticker-of-main\\[[0-9]+\\]: \\[100%s\\]: could "));
  EXPECT_TRUE(Logs("[app]: pgq version ok")) << "the file has it as well";
}

TEST_F(PgqdLog, IsKeptFromSyslogWhenToldSo) {
  if (getuid() != 0) GTEST_SKIP() << "only root can have a /dev/log of its own";
  const std::string path = dir_.path() + "/devlog";
  SystemLog system_log(path);
  CreateQueueDatabase("app");
  StartWithDevLog(path, WriteIni());
  ExpectTicked("app");
  EXPECT_EQ(Stop(), 0);
  EXPECT_EQ(system_log.Text(), "");
  EXPECT_TRUE(Logs("Got SIGINT"));
}

TEST_F(PgqdLog, HasALineOfStatisticsEachPeriod) {
  CreateQueueDatabase("app");
  Start("stats_period = 1\nticker_period = 0.1\nmaint_period = 0.5\n");
  ExpectTicked("app");
  EXPECT_TRUE(test_support::Eventually(kSoon, "counts", [&] {
    const std::string log = Log();
    return testing::Value(
        log, testing::ContainsRegex("LOG \\{ticks: [1-9][0-9]*, maint: [1-9][0-9]*, retry: 0\\}"));
  })) << Log();
}

// A server that is away fails all databases in the same words.
TEST_F(PgqdLog, SaysOnceForAllDatabasesThatTheServerIsAway) {
  for (int i = 0; i < 10; ++i) server_.CreateDatabase("plain" + std::to_string(i));
  CreateQueueDatabase("one");
  CreateQueueDatabase("two");
  Start("check_period = 0.2\n");
  ExpectTicked("one");
  ExpectTicked("two");
  server_.Stop();
  EXPECT_TRUE(Logs("]: could not connect"));
  EXPECT_TRUE(Logs("DEBUG [two]: could not connect"));
  EXPECT_TRUE(Logs("DEBUG [plain9]: could not connect"));
  server_.Start();
  EXPECT_TRUE(Logs("[one]: ticking again"));
  EXPECT_TRUE(Logs("[two]: ticking again"));
  const auto count = [log = Log()](const std::string& what) {
    int found = 0;
    for (std::size_t at = 0; (at = log.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  // A connection cut on the way or ended by the server, a server that shuts down, a socket that
  // refuses, one that is gone and a server that starts are six reasons, and a reason that comes
  // back is told again; there are fourteen databases, each of which tries several times.
  EXPECT_LE(count("ERROR ["), 8) << Log();
  EXPECT_GE(count("ERROR ["), 1) << Log();
  EXPECT_EQ(count("[two]: ticking again"), 1) << Log();
}

TEST_F(PgqdLog, ShowsEachQueryWhenAskedTwice) {
  CreateQueueDatabase("app");
  pgqd_ = std::make_unique<Process>(std::vector<std::string>{"pgqd", WriteIni(), "-qvv"});
  ExpectTicked("app");
  EXPECT_TRUE(Logs("NOISE [app] select ticked"));
  EXPECT_EQ(pgqd_->Stderr(), "");
  EXPECT_EQ(Stop(), 0);
  pgqd_ = std::make_unique<Process>(std::vector<std::string>{"pgqd", WriteIni("", "plain")});
  ExpectTicked("app");
  EXPECT_EQ(Stop(), 0);
  EXPECT_THAT(pgqd_->Stderr(), HasSubstr("LOG [app]: pgq version ok"));
  EXPECT_THAT(Log("plain"), Not(HasSubstr("DEBUG")));
}

}  // namespace
}  // namespace pgqd_test
