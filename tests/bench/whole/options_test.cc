#include "bench/whole/options.h"

#include <getopt.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

Options Parse(std::vector<std::string> words) {
  words.insert(words.begin(), "bench");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  optind = 0;  // getopt(3): starts anew
  return ParseOptions(static_cast<int>(words.size()), argv.data());
}

TEST(OptionsTest, MeasuresEverythingByDefault) {
  const Options options = Parse({});
  ASSERT_EQ(options.scenarios.size(), 4u);
  EXPECT_EQ(options.scenarios[0].workload, "copy");
  EXPECT_EQ(options.scenarios[0].rows, 1'000'000);
  EXPECT_EQ(options.systems, (std::vector<std::string>{"builtin", "ours"}));
  EXPECT_FALSE(options.scenarios[0].round_trip_ms);
  EXPECT_FALSE(options.scenarios[0].far_subscriber);
}

TEST(OptionsTest, CombinesLists) {
  const Options options =
      Parse({"-w", "bulk", "--scale", "0.01", "--columns", "2,500", "--round-trip", "0,1.5"});
  ASSERT_EQ(options.scenarios.size(), 4u);
  EXPECT_EQ(options.scenarios[0].rows, 5'000);
  EXPECT_EQ(options.scenarios[3].columns, 500);
  EXPECT_EQ(options.scenarios[3].round_trip_ms, 1.5);
}

TEST(OptionsTest, ABatchIsNoLargerThanTheBacklog) {
  EXPECT_EQ(Parse({"-w", "catch-up", "--rows", "10", "--rows-per-batch", "100"}).scenarios[0].rows,
            100);
}

TEST(OptionsTest, RefusesWhatItDoesNotKnow) {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"-w", "x"}, Words{"-s", "slony"}, Words{"--rows", "1e"}, Words{"--tables", "0"},
        Words{"--keys", "sorted"}, Words{"--rate", ""}, Words{"word"}, Words{"--seconds", "nan"}})
    EXPECT_THROW(Parse(words), UsageError) << words[0];
}

}  // namespace
}  // namespace bench
