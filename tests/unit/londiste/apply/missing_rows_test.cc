#include "londiste/apply/missing_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace londiste::apply {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

class MissingRowsTest : public testing::Test {
 protected:
  void Add(const std::string& table, const std::string& line) {
    rows_->Add(
        table, [&] { return line; }, now_);
  }
  std::vector<std::string> lines_;
  base::Clock::time_point now_{};
  std::unique_ptr<MissingRows> rows_ =
      std::make_unique<MissingRows>([this](const std::string& line) { lines_.push_back(line); });
};

TEST_F(MissingRowsTest, TheFirstTenOfATableAreToldTheOthersCounted) {
  for (int i = 0; i < 13; ++i) Add("a", "a" + std::to_string(i));
  Add("b", "b");
  EXPECT_THAT(lines_, ElementsAre("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b"));
  rows_->Committed();
  now_ += 61s;
  lines_.clear();
  rows_->Summarise(now_);
  EXPECT_THAT(lines_, ElementsAre("table \"a\": 3 more rows to update or delete do not exist"));
  lines_.clear();
  Add("a", "later");
  EXPECT_THAT(lines_, ElementsAre("later"));
}

TEST_F(MissingRowsTest, WhatWasCountedIsToldAtTheEnd) {
  for (int i = 0; i < 12; ++i) Add("a", "told");
  lines_.clear();
  rows_.reset();
  EXPECT_THAT(lines_, ElementsAre("table \"a\": 2 more rows to update or delete do not exist"));
}

TEST_F(MissingRowsTest, WhatIsRolledBackComesAgain) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    for (int i = 0; i < 12; ++i) Add("a", "told");
    if (attempt < 2) rows_->RolledBack();
  }
  rows_->Committed();
  lines_.clear();
  rows_.reset();
  EXPECT_THAT(lines_, ElementsAre("table \"a\": 12 more rows to update or delete do not exist"));
}

}  // namespace
}  // namespace londiste::apply
