// What an applier does for a table's handler.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using londiste::handlers::BatchTarget;
using londiste::handlers::EventUse;
using londiste::handlers::Handler;
using londiste::handlers::TableEvent;
using testing::ElementsAre;

// Leaves out every second event, writes in capitals, and takes notes.
class Picky final : public Handler {
 public:
  explicit Picky(std::vector<std::string>& notes) : notes_(notes) {}

  void BatchBegins() override { notes_.emplace_back("begins"); }
  EventUse Use(TableEvent& event, BatchTarget&) override {
    notes_.push_back(event.is_truncate ? "truncate" : "row");
    if (++seen_ % 2 == 0) return EventUse::kIgnore;
    data_ = std::string(event.event.data_or_empty());
    if (const auto at = data_.find("a=x"); at != std::string::npos) data_[at + 2] = 'X';
    event.event.data = data_;
    return EventUse::kApply;
  }
  void BatchEnds(BatchTarget& target) override {
    notes_.push_back(
        "ends with " +
        target.Statements().tx.exec1("select count(*) from public.t")[0].as<std::string>());
    if (fail_) throw base::Error("the handler says no");
  }
  bool fail_ = false;

 private:
  std::vector<std::string>& notes_;
  int seen_ = 0;
  std::string data_;
};

class HandlerTest : public ApplyTest {
 protected:
  void SetUp() override {
    ApplyTest::SetUp();
    admin().Exec(
        "create table t (id int primary key, a text); create table u (id int primary key)");
    tables_.make_handler = [this] {
      auto handler = std::make_unique<Picky>(notes_);
      handler_ = handler.get();
      return handler;
    };
  }
  std::vector<std::string> notes_;
  Picky* handler_ = nullptr;
};

TEST_F(HandlerTest, SeesAndMayChangeEachEvent) {
  Event("I:id", "id=1&a=x");
  Event("I:id", "id=2&a=x");
  Event("I:id", "id=3&a=x");
  const auto stats = Apply();
  EXPECT_EQ(stats.events, 3);
  EXPECT_EQ(stats.ignored, 1);
  EXPECT_EQ(Rows(), "1|X\n3|X\n");
  EXPECT_THAT(notes_, ElementsAre("begins", "row", "row", "row", "ends with 2"));
}

TEST_F(HandlerTest, HearsOfEachBatchThatHasEventsOfItsTable) {
  Event("I:id", "id=1&a=x");
  Apply();
  Apply();
  Event("R", "");
  Event("R", "");
  Apply();
  EXPECT_THAT(notes_, ElementsAre("begins", "row", "ends with 1", "begins", "truncate", "truncate",
                                  "ends with 0"));
}

TEST_F(HandlerTest, WhatItThrowsRollsTheBatchBackAndTheNextBeginsAnew) {
  Event("I:id", "id=1&a=x");
  Apply();
  handler_->fail_ = true;
  notes_.clear();
  Event("R", "");
  Event("I:id", "id=5&a=x");
  EXPECT_THROW(Apply(), base::Error);
  EXPECT_EQ(Rows(), "1|X\n");
  handler_->fail_ = false;
  notes_.clear();
  Event("D:id", "id=9");
  Event("I:id", "id=7&a=x");
  Apply();
  EXPECT_THAT(notes_, ElementsAre("begins", "row", "row", "ends with 2"));
}

}  // namespace
