// main of the test executables: GoogleTest's, and
//
//   --folder=FOLDER     only the tests of source files in that folder: --folder=e2e/copy runs those
//   in tests/e2e/copy
//
// By the file and not by the name, so that every test is in one folder, whatever its suite is
// called. Shards (GTEST_TOTAL_SHARDS) are of the folder.
//
// SKYTOOLS_ONLY_TESTS="Suite.Name:..." in the environment: those alone, whatever else is asked for,
// and no shards. scripts/run-tests repeats with it what failed.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string FilterFor(const std::string& folder) {
  const std::string part = "/tests/" + folder + "/";
  std::string filter;
  const testing::UnitTest& tests = *testing::UnitTest::GetInstance();
  for (int i = 0; i < tests.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *tests.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const testing::TestInfo& test = *suite.GetTestInfo(j);
      if (std::string_view(test.file()).find(part) == std::string_view::npos) continue;
      filter += std::string(filter.empty() ? "" : ":") + suite.name() + "." + test.name();
    }
  }
  return filter;
}

}  // namespace

int main(int argc, char** argv) {
  // GoogleTest registers the instances of parameterized tests here, and filters later.
  testing::InitGoogleTest(&argc, argv);
  constexpr std::string_view kFolder = "--folder=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    if (argument.substr(0, kFolder.size()) != kFolder) {
      std::fprintf(stderr, "unknown argument %s\n", argv[i]);
      return 2;
    }
    const std::string filter = FilterFor(std::string(argument.substr(kFolder.size())));
    if (filter.empty()) {
      std::fprintf(stderr, "no tests in %s\n", argv[i] + kFolder.size());
      return 2;
    }
    GTEST_FLAG_SET(filter, filter);
  }
  if (const char* only = std::getenv("SKYTOOLS_ONLY_TESTS")) {
    GTEST_FLAG_SET(filter, only);
    unsetenv("GTEST_TOTAL_SHARDS");
    unsetenv("GTEST_SHARD_INDEX");
  }
  return RUN_ALL_TESTS();
}
