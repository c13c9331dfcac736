#include "daemon/log_format.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/error.h"
#include "daemon/log.h"
#include "support/process.h"

namespace daemon_process {
namespace {

std::string Refusal(const std::string& format, const std::string& date = "") {
  try {
    LogPattern(format, date, {{"job_name", "j"}});
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(LogFormatTest, BecomesAPattern) {
  EXPECT_EQ(LogPattern("%(asctime)s [%(process)d] %(levelname)-8s 100%% %(message)s", "", {}),
            "%Y-%m-%d %H:%M:%S,%e [%P] %-8* 100%% %v");
  EXPECT_EQ(LogPattern("%(asctime)s.%(msecs)03d", "%F %T", {}), "%Y-%m-%d %T.%e");
  EXPECT_EQ(LogPattern("%(job_name)s", "", {{"job_name", "50%"}}), "50%%");
}

TEST(LogFormatTest, RefusesWhatThereIsNot) {
  EXPECT_EQ(Refusal("%(lineno)d"), "there is no %(lineno) here");
  EXPECT_EQ(Refusal("%(message"), "expected %(name)s or %% at \"%(message\"");
  EXPECT_EQ(Refusal("%message"), "expected %(name)s or %% at \"%message\"");
  EXPECT_EQ(Refusal("%(message)"), "%(message) is not followed by s or d");
  EXPECT_EQ(Refusal("%(process)05d"), "%(process) has flags that there are not here");
  EXPECT_EQ(Refusal("%(process)5-d"), "%(process) has flags that there are not here");
  EXPECT_EQ(Refusal("%(job_name)20s"), "%(job_name) can have no width here");
  EXPECT_EQ(Refusal("%(asctime)s", "%j"), "the date has no \"%j\" here");
  EXPECT_EQ(Refusal("%(asctime)s", "%"), "the date has no \"%\" here");
}

TEST(LogFormatTest, IsWhatTheFileGets) {
  const test_support::TempDir dir;
  const std::string path = dir.path() + "/log";
  LogOptions options;
  options.file = path;
  options.console = false;
  options.file_pattern =
      LogPattern("%(levelname)-9s|%(levelname)9s|%(process)s %(message)s", "", {});
  StartLog(options);
  spdlog::warn("so");
  EXPECT_EQ(test_support::ReadWholeFile(path),
            "WARNING  |  WARNING|" + std::to_string(getpid()) + " so\n");
  options = {};
  options.console = false;
  StartLog(options);
}

}  // namespace
}  // namespace daemon_process
