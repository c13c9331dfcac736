#include "londiste/apply/missing_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace londiste::apply {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

class MissingRowsTest : public testing::Test {
 protected:
  void Add(const std::string& table, const std::string& line) {
    rows_.Add(
        table, [&] { return line; }, now_);
  }
  std::vector<std::string> lines_;
  base::Clock::time_point now_{};
  MissingRows rows_{[this](const std::string& line) { lines_.push_back(line); }};
};

TEST_F(MissingRowsTest, FirstOfATableIsLoggedTheOthersCounted) {
  Add("a", "first a");
  Add("a", "second a");
  Add("b", "first b");
  Add("a", "third a");
  EXPECT_THAT(lines_, ElementsAre("first a", "first b"));
  now_ += 61s;
  rows_.Summarise(now_);
  EXPECT_THAT(lines_, ElementsAre("first a", "first b",
                                  "table \"a\": 2 more rows to change were not there"));
}

TEST_F(MissingRowsTest, AfterAMinuteTheNextIsLoggedAgain) {
  Add("a", "first");
  now_ += 61s;
  Add("a", "later");
  EXPECT_THAT(lines_, ElementsAre("first", "later"));
}

}  // namespace
}  // namespace londiste::apply
