// Signals, the background, systemd.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "daemon/daemonize.h"
#include "daemon/signals.h"
#include "support/eventually.h"
#include "support/process.h"

namespace daemon_process {
namespace {

using namespace std::chrono_literals;
using test_support::ReadWholeFile;

TEST(SignalsTest, AreReadInsteadOfDelivered) {
  Signals signals;
  EXPECT_EQ(signals.Wait(base::Deadline::After(0ms)), std::nullopt);
  kill(getpid(), SIGHUP);
  EXPECT_EQ(signals.Wait(base::Deadline::Never()), SIGHUP);
  EXPECT_EQ(signals.Wait(base::Deadline::After(1ms)), std::nullopt);
  EXPECT_NE(write(-1, "x", 1), 1);
}

// Runs `body` in the background of a child; the child's exit status is what a starting command
// would give, its stderr is returned.
int Start(const std::string& errors, void (*body)(StartReport&)) {
  const pid_t child = fork();
  if (child == 0) {
    dup2(open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), 2);
    StartReport report = StartReport::Daemonize();
    body(report);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(StartReportTest, TheStartingCommandReturnsTheResult) {
  test_support::TempDir dir;
  const std::string errors = dir.path() + "/err";
  EXPECT_EQ(Start(errors, [](StartReport& report) { report.Ready(); }), 0);
  EXPECT_EQ(ReadWholeFile(errors), "");
  EXPECT_EQ(Start(errors, [](StartReport& report) { report.Failed("no luck"); }), 1);
  EXPECT_EQ(ReadWholeFile(errors), "no luck\n");
  EXPECT_EQ(Start(errors, [](StartReport&) { kill(getpid(), SIGKILL); }), 1);
  EXPECT_NE(ReadWholeFile(errors), "") << "a daemon that died says nothing itself";
}

TEST(StartReportTest, TheDaemonHasASessionOfItsOwn) {
  test_support::TempDir dir;
  static std::string answer;
  answer = dir.path() + "/answer";
  EXPECT_EQ(Start(dir.path() + "/err",
                  [](StartReport& report) {
                    std::ofstream(answer) << (getsid(0) != getpid()) << (tcgetpgrp(0) == -1)
                                          << (read(0, &answer, 1) == 0);
                    report.Ready();
                  }),
            0);
  EXPECT_EQ(ReadWholeFile(answer), "111") << "no session leader, no terminal, nothing to read";
}

TEST(NotifySystemdTest, SendsDatagrams) {
  test_support::TempDir dir;
  const std::string path = dir.path() + "/socket";
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  StartReport report = StartReport::Foreground();
  report.Ready();
  char text[100] = "";
  EXPECT_EQ(recv(fd, text, sizeof text, MSG_DONTWAIT), 7);
  EXPECT_STREQ(text, "READY=1");
  unsetenv("NOTIFY_SOCKET");
  NotifySystemd("STOPPING=1");
  EXPECT_EQ(recv(fd, text, sizeof text, MSG_DONTWAIT), -1);
  setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
  NotifySystemd("STOPPING=1");  // nobody there: no harm
  unsetenv("NOTIFY_SOCKET");
  close(fd);
}

}  // namespace
}  // namespace daemon_process
