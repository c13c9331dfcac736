// The init script for systems without systemd, with other folders put in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/eventually.h"
#include "support/process.h"
#include "support/tree.h"

namespace {

using namespace std::chrono_literals;
using test_support::ReadWholeFile;
using test_support::RunResult;
using test_support::TempDir;
using testing::HasSubstr;

class InitScript : public testing::Test {
 protected:
  void SetUp() override {
    if (getuid() != 0) GTEST_SKIP() << "an init script is run by root";
    std::string script = ReadWholeFile(test_support::SourceDir() + "/packaging/sysv/londiste");
    const auto replace = [&](const std::string& from, const std::string& to) {
      std::size_t at = script.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      for (; at != std::string::npos; at = script.find(from, at + to.size()))
        script.replace(at, from.size(), to);
    };
    replace("@CMAKE_INSTALL_FULL_BINDIR@", test_support::BinDir());
    replace("USER=postgres", "USER=root");
    replace("/etc/pgqd.ini", dir_.path() + "/pgqd.ini");
    replace("/etc/londiste", dir_.path() + "/nodes");
    replace("/run/londiste", dir_.path() + "/run");
    replace("/var/log/londiste", dir_.path() + "/log");
    replace("/etc/default/", dir_.path() + "/default-");
    replace("/etc/sysconfig/", dir_.path() + "/sysconfig-");
    script_ = dir_.Write("script", script);
    // No server there: pgqd starts, and keeps trying.
    dir_.Write("pgqd.ini", "[pgqd]\nsyslog = 0\nbase_connstr = host=" + dir_.path() +
                               "\nlogfile = " + Log() + "\npidfile = " + PidFile() + "\n");
  }
  void TearDown() override {
    if (!script_.empty()) Call("stop");
  }
  RunResult Call(const std::string& action) {
    return test_support::Run({"/bin/sh", script_, action});
  }
  std::string Log() const { return dir_.path() + "/log/pgqd.log"; }
  std::string PidFile() const { return dir_.path() + "/run/pgqd.pid"; }

  TempDir dir_;
  std::string script_;
};

TEST_F(InitScript, StartsReloadsAndStops) {
  EXPECT_EQ(Call("status").status, 3);
  RunResult result = Call("start");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Call("status").status, 0);
  const std::string pid = ReadWholeFile(PidFile());
  EXPECT_THAT(Call("start").out, HasSubstr("already running"));
  EXPECT_EQ(ReadWholeFile(PidFile()), pid);
  EXPECT_EQ(Call("reload").status, 0);
  EXPECT_TRUE(test_support::Eventually(30s, "reload", [&] {
    return ReadWholeFile(Log()).find("Got SIGHUP, re-reading config") != std::string::npos;
  }));
  EXPECT_EQ(Call("restart").status, 0);
  EXPECT_THAT(ReadWholeFile(Log()), HasSubstr("Got SIGINT, shutting down"));
  EXPECT_NE(ReadWholeFile(PidFile()), pid);
  EXPECT_EQ(Call("stop").status, 0);
  EXPECT_NE(access(PidFile().c_str(), F_OK), 0);
  EXPECT_THAT(Call("stop").out, HasSubstr("not running"));
}

TEST_F(InitScript, FailsWhenTheDaemonDoes) {
  dir_.Write("pgqd.ini", "[pgqd]\npidfile = " + PidFile() + "\nnonsense = 1\n");
  const RunResult result = Call("start");
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("unknown parameter: pgqd/nonsense"));
  EXPECT_EQ(Call("bogus").status, 2);
}

}  // namespace
