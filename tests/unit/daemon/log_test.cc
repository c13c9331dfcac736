#include "daemon/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <set>
#include <thread>

#include "base/error.h"
#include "support/process.h"

namespace daemon_process {
namespace {

using test_support::ReadWholeFile;
using testing::HasSubstr;
using testing::MatchesRegex;

class LogTest : public testing::Test {
 protected:
  ~LogTest() override {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("none"));
    StartLog({});
  }
  LogOptions Options(LogStyle style) const {
    LogOptions options;
    options.style = style;
    options.file = path_;
    options.console = false;
    return options;
  }
  test_support::TempDir dir_;
  const std::string path_ = dir_.path() + "/x.log";
};

TEST_F(LogTest, WritesLinesInTheStyleOfTheProgram) {
  StartLog(Options(LogStyle::kLondiste));
  spdlog::warn("one {}", 1);
  EXPECT_THAT(
      ReadWholeFile(path_),
      MatchesRegex("[0-9]{4}-[0-9][0-9]-[0-9][0-9] [0-9:]{8},[0-9]{3} [0-9]+ WARNING one 1\n"));
  unlink(path_.c_str());
  StartLog(Options(LogStyle::kPgqd));
  spdlog::info("two");
  spdlog::critical("three");
  spdlog::debug("not shown");
  EXPECT_THAT(ReadWholeFile(path_),
              MatchesRegex("[0-9-]+ [0-9:]+\\.[0-9]{3} [A-Za-z0-9+-]+ \\[[0-9]+\\] LOG two\n.* "
                           "\\[[0-9]+\\] FATAL three\n"));
}

TEST_F(LogTest, ReopensAfterTheFileWasMoved) {
  StartLog(Options(LogStyle::kPgqd));
  spdlog::info("before");
  ASSERT_EQ(rename(path_.c_str(), (path_ + ".old").c_str()), 0);
  spdlog::info("between");
  ReopenLog();
  spdlog::info("after");
  EXPECT_THAT(ReadWholeFile(path_ + ".old"), testing::EndsWith("between\n"));
  EXPECT_THAT(ReadWholeFile(path_), MatchesRegex("[^\n]*after\n"));
}

TEST_F(LogTest, KeepsTheOldFileWhenItCannotReopen) {
  const std::string folder = dir_.path() + "/sub";
  ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
  LogOptions options = Options(LogStyle::kPgqd);
  options.file = folder + "/x.log";
  StartLog(options);
  ASSERT_EQ(rename(folder.c_str(), (folder + "2").c_str()), 0);
  EXPECT_THROW(ReopenLog(), base::Error);
  spdlog::info("still here");
  EXPECT_THAT(ReadWholeFile(folder + "2/x.log"), HasSubstr("still here"));
}

TEST_F(LogTest, RefusesAFileThatCannotBeOpened) {
  LogOptions options = Options(LogStyle::kPgqd);
  options.file = dir_.path() + "/none/x.log";
  try {
    StartLog(options);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.what(),
              "could not open log file \"" + options.file + "\": No such file or directory");
  }
  options.file.clear();
  options.syslog = true;
  options.syslog_facility = "nonsense";
  EXPECT_THROW(StartLog(options), base::Error);
}

TEST_F(LogTest, RotatesBySize) {
  LogOptions options = Options(LogStyle::kLondiste);
  options.rotate_bytes = 200;
  options.rotate_keep = 2;
  StartLog(options);
  for (int i = 0; i < 30; ++i) spdlog::info("line number {:02}", i);
  EXPECT_THAT(ReadWholeFile(path_), HasSubstr("line number 29"));
  for (const char* suffix : {"", ".1", ".2"}) {
    const std::string text = ReadWholeFile(path_ + suffix);
    EXPECT_LE(text.size(), 200u);
    EXPECT_GT(text.size(), 0u);
  }
  EXPECT_NE(access((path_ + ".3").c_str(), F_OK), 0);
}

TEST_F(LogTest, WritesToSeveralFilesEachFromItsLevelOn) {
  LogOptions options = Options(LogStyle::kLondiste);
  const std::string errors = dir_.path() + "/errors.log";
  options.more.push_back({.kind = LogTarget::Kind::kFile,
                          .file = errors,
                          .pattern = "<%v>",
                          .level = spdlog::level::err});
  StartLog(options);
  spdlog::info("one");
  spdlog::error("two");
  EXPECT_EQ(ReadWholeFile(errors), "<two>\n");
  EXPECT_THAT(ReadWholeFile(path_), MatchesRegex(".* INFO one\n.* ERROR two\n"));
  ASSERT_EQ(rename(path_.c_str(), (path_ + ".old").c_str()), 0);
  ASSERT_EQ(rename(errors.c_str(), (errors + ".old").c_str()), 0);
  ReopenLog();
  spdlog::error("three");
  EXPECT_EQ(ReadWholeFile(errors), "<three>\n");
  EXPECT_THAT(ReadWholeFile(path_), MatchesRegex("[^\n]* ERROR three\n"));
}

// A worker and the commands run beside it share one file.
TEST_F(LogTest, SeveralWritersRotateTogetherAndLoseNothing) {
  LogOptions options = Options(LogStyle::kLondiste);
  options.rotate_bytes = 20'000;
  options.rotate_keep = 20;
  std::vector<std::shared_ptr<spdlog::logger>> loggers;
  for (int i = 0; i < 4; ++i) {
    StartLog(options);  // each with a file description of its own, as processes have
    loggers.push_back(spdlog::default_logger());
  }
  std::vector<std::thread> writers;
  for (std::size_t i = 0; i < loggers.size(); ++i)
    writers.emplace_back([&, i] {
      for (int line = 0; line < 500; ++line) loggers[i]->info("<{}.{}>", i, line);
    });
  for (std::thread& writer : writers) writer.join();
  std::string all = ReadWholeFile(path_);
  for (int number = 1; number <= 20; ++number)
    if (access((path_ + "." + std::to_string(number)).c_str(), F_OK) == 0)
      all += ReadWholeFile(path_ + "." + std::to_string(number));
  std::set<std::string> seen;
  for (std::size_t at = 0; (at = all.find('<', at)) != std::string::npos; ++at)
    seen.insert(all.substr(at, all.find('>', at) - at));
  EXPECT_EQ(seen.size(), 2000u);
}

}  // namespace
}  // namespace daemon_process
