// The init script for systems without systemd, with other folders put in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

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
    Replace(script, "@CMAKE_INSTALL_FULL_BINDIR@", test_support::BinDir());
    Replace(script, "USER=postgres", "USER=root");
    Replace(script, "HOME=$(getent passwd \"$USER\" | cut -d: -f6)", "HOME=" + dir_.path());
    Replace(script, "/etc/pgqd.ini", dir_.path() + "/pgqd.ini");
    Replace(script, "/etc/londiste", dir_.path() + "/nodes");
    Replace(script, "/run/londiste", dir_.path() + "/run");
    Replace(script, "/var/log/londiste", dir_.path() + "/log");
    Replace(script, "/etc/default/", dir_.path() + "/default-");
    Replace(script, "/etc/sysconfig/", dir_.path() + "/sysconfig-");
    std::filesystem::create_directory(dir_.path() + "/nodes");
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
  static void Replace(std::string& text, const std::string& from, const std::string& to) {
    std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    for (; at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  }
  void Remove(const std::string& name) { std::filesystem::remove(dir_.path() + "/" + name); }
  bool Exists(const std::string& name) const {
    return access((dir_.path() + "/" + name).c_str(), F_OK) == 0;
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

TEST_F(InitScript, FindsPidFilesWhereTheProgramsPutThem) {
  Remove("pgqd.ini");
  std::filesystem::create_directory(dir_.path() + "/mine");
  dir_.Write("nodes/first.ini",
             "[DEFAULT]\nplace = ~/mine\n[londiste]\ndb = host=" + dir_.path() +
                 " dbname=x\nqueue_name = q\nlogfile = %(place)s/%(job_name)s.log\n"
                 "pidfile = %(place)s/%(job_name)s.pid\n");
  dir_.Write("nodes/second.ini", "[londiste3]\njob_name = other_name\ndb = host=" + dir_.path() +
                                     " dbname=x\nqueue_name = q\nlogfile = ~/mine/two.log\n"
                                     "pidfile = ~/mine/%(job_name)s-%(service_name)s.pid  \n");
  const RunResult result = Call("start");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(Exists("mine/first.pid"));
  EXPECT_TRUE(Exists("mine/other_name-londiste3.pid"));
  EXPECT_THAT(Call("start").out, HasSubstr("first.ini: already running"));
  EXPECT_EQ(Call("status").status, 0);
  EXPECT_EQ(Call("stop").status, 0);
  EXPECT_FALSE(Exists("mine/first.pid"));
  EXPECT_FALSE(Exists("mine/other_name-londiste3.pid"));
}

TEST_F(InitScript, AFileIsForTheProgramsItHasSectionsFor) {
  std::filesystem::rename(dir_.path() + "/pgqd.ini", dir_.path() + "/nodes/pgqd.ini");
  RunResult result = Call("start");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(Exists("run/pgqd.pid"));
  EXPECT_EQ(Call("status").status, 0);
  EXPECT_EQ(Call("stop").status, 0);
  EXPECT_FALSE(Exists("run/pgqd.pid"));
  dir_.Write("nodes/pgqd.ini", ReadWholeFile(dir_.path() + "/nodes/pgqd.ini") +
                                   "[londiste]\ndb = host=" + dir_.path() +
                                   " dbname=x\nqueue_name = q\npidfile = ~/run/both.pid\n");
  result = Call("start");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(Exists("run/pgqd.pid"));
  EXPECT_TRUE(Exists("run/both.pid"));
}

TEST_F(InitScript, TheSamplesStartAsTheyAre) {
  for (const char* name : {"pgqd.ini", "londiste.ini"}) {
    std::string sample = ReadWholeFile(test_support::SourceDir() + "/conf/" + name);
    Replace(sample, "/run/londiste", dir_.path() + "/run");
    Replace(sample, "/var/log/londiste", dir_.path() + "/log");
    dir_.Write(name == std::string("pgqd.ini") ? name : std::string("nodes/") + name, sample);
  }
  const RunResult result = Call("start");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(Exists("run/pgqd.pid"));
  EXPECT_TRUE(Exists("run/replica_node1.pid"));
  EXPECT_EQ(Call("stop").status, 0);
  EXPECT_FALSE(Exists("run/replica_node1.pid"));
}

TEST_F(InitScript, FailsWhenTheDaemonDoes) {
  dir_.Write("pgqd.ini", "[pgqd]\npidfile = " + PidFile() + "\nnonsense = 1\n");
  const RunResult result = Call("start");
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("unknown parameter: pgqd/nonsense"));
  EXPECT_EQ(Call("bogus").status, 2);
}

}  // namespace
