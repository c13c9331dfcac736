#include "daemon/pid_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "support/process.h"

namespace daemon_process {
namespace {

using test_support::ReadWholeFile;
using testing::HasSubstr;

class PidFileTest : public testing::Test {
 protected:
  bool Present() const { return access(path_.c_str(), F_OK) == 0; }
  std::string Refusal() const {
    try {
      PidFile::Create(path_, PidFile::Newline::kNone);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "(none)";
  }
  test_support::TempDir dir_;
  std::string path_ = dir_.path() + "/x.pid";
  const std::string own_ = std::to_string(getpid());
};

TEST_F(PidFileTest, HoldsTheNumberAndGoesAtTheEnd) {
  {
    bool stale = true;
    const PidFile file = PidFile::Create(path_, PidFile::Newline::kTrailing, &stale);
    EXPECT_EQ(ReadWholeFile(path_), own_ + "\n");
    EXPECT_FALSE(stale);
    EXPECT_EQ(LivePid(path_), getpid());
  }
  EXPECT_FALSE(Present());
  bool present = true;
  EXPECT_EQ(LivePid(path_, &present), std::nullopt);
  EXPECT_FALSE(present);
  const PidFile file = PidFile::Create(path_, PidFile::Newline::kNone);
  EXPECT_EQ(ReadWholeFile(path_), own_);
}

TEST_F(PidFileTest, RefusesASecondHolder) {
  const PidFile file = PidFile::Create(path_, PidFile::Newline::kNone);
  EXPECT_EQ(Refusal(),
            "pidfile \"" + path_ + "\" exists, another process running? (pid " + own_ + ")");
  EXPECT_EQ(ReadWholeFile(path_), own_) << "untouched";
}

TEST_F(PidFileTest, RefusesForALivingProcessThatHoldsNoLock) {
  dir_.Write("x.pid", std::to_string(getppid()) + "\n");
  EXPECT_THAT(Refusal(), HasSubstr("(pid " + std::to_string(getppid()) + ")"));
  EXPECT_TRUE(Present());
}

TEST_F(PidFileTest, TakesOverWhatADeadProcessLeft) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  for (const std::string& left : {std::to_string(child), std::string(), std::string("nonsense")}) {
    dir_.Write("x.pid", left);
    EXPECT_EQ(LivePid(path_), std::nullopt);
    bool stale = false;
    const PidFile file = PidFile::Create(path_, PidFile::Newline::kNone, &stale);
    EXPECT_EQ(ReadWholeFile(path_), own_);
    EXPECT_EQ(stale, left == std::to_string(child));
  }
}

// In a container nobody may be there to ask how a process ended.
TEST_F(PidFileTest, AProcessThatEndedAndWasNotAskedAfterIsDead) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t ended;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  dir_.Write("x.pid", std::to_string(child));
  EXPECT_EQ(LivePid(path_), std::nullopt);
  {
    const PidFile file = PidFile::Create(path_, PidFile::Newline::kNone);
    EXPECT_EQ(ReadWholeFile(path_), own_);
  }
  waitpid(child, nullptr, 0);
}

// After a reboot, or in a container, another program may have got the number.
TEST_F(PidFileTest, AProcessStartedLaterIsNotTheWriter) {
  dir_.Write("x.pid", std::to_string(getppid()));
  const timeval long_ago[2] = {{1'000'000, 0}, {1'000'000, 0}};
  ASSERT_EQ(utimes(path_.c_str(), long_ago), 0);
  bool present = false;
  EXPECT_EQ(LivePid(path_, &present), std::nullopt);
  EXPECT_TRUE(present);
  const PidFile file = PidFile::Create(path_, PidFile::Newline::kNone);
  EXPECT_EQ(ReadWholeFile(path_), own_);
}

TEST_F(PidFileTest, LeavesAFileThatIsNotItsOwn) {
  {
    const PidFile file = PidFile::Create(path_, PidFile::Newline::kNone);
    dir_.Write("x.pid", "1");
  }
  EXPECT_TRUE(Present());
  unlink(path_.c_str());
  {
    const PidFile file = PidFile::Create(path_, PidFile::Newline::kNone);
    unlink(path_.c_str());
    dir_.Write("x.pid", own_);  // another file of that name
  }
  EXPECT_TRUE(Present());
}

TEST_F(PidFileTest, CanBeMoved) {
  PidFile kept;
  {
    PidFile file = PidFile::Create(path_, PidFile::Newline::kNone);
    kept = std::move(file);
  }
  EXPECT_TRUE(Present());
  EXPECT_EQ(kept.path(), path_);
}

TEST_F(PidFileTest, SaysWhyItCannotBeMade) {
  path_ = dir_.path() + "/none/x.pid";
  EXPECT_EQ(Refusal(), "could not create pidfile \"" + path_ + "\": No such file or directory");
}

}  // namespace
}  // namespace daemon_process
