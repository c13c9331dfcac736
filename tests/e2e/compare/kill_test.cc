// compare and repair while what they depend on dies, at each of their steps: the verdict is right
// or there is none, and nothing stays behind.
#include <gmock/gmock.h>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Node;
using test_support::RunResult;
using test_support::WaitUntil;
using testing::HasSubstr;

constexpr const char* kCompareSteps[] = {"cut_held", "cut_before_tick_commit", "cut_above_taken",
                                         "cut_both_taken", "compare_after_piece"};
constexpr const char* kRepairSteps[] = {"repair_before_commit", "repair_after_commit"};

class CompareAndDeaths : public CompareStory {
 protected:
  // `happen` at each step. The command may find out, or it may give up and say why.
  void AtEachStep(const std::function<void()>& happen) {
    StartWithLeaf(30);
    for (const char* step : kCompareSteps) {
      SCOPED_TRACE(step);
      Spoil("update t set v = 'bad' where id = 7");
      HeldCommand compare(*this, {"compare"}, std::string(step) + "=hold@1");
      happen();
      const RunResult result = compare.GoOn();
      EXPECT_EQ(result.status, 1) << result.out << result.err;
      if (result.out.empty())
        EXPECT_THAT(result.err, HasSubstr("ERROR lost the connection to node \""));
      else
        EXPECT_THAT(result.out, testing::AnyOf(HasSubstr(": 1 changed\n  changed: id=7\n"),
                                               HasSubstr("not compared: ")));
      ExpectNothingLeft();
    }
    for (const char* step : kRepairSteps) {
      SCOPED_TRACE(step);
      Spoil("update t set v = 'bad' where id < 9");
      HeldCommand repair(*this, {"repair", "--apply"}, std::string(step) + "=hold@1");
      happen();
      const RunResult result = repair.GoOn();
      if (result.status != 0) {
        EXPECT_THAT(result.err, HasSubstr("ERROR lost the connection to node \""));
      }
      const std::string bad = leaf_->sql().Value("select count(*) from t where v = 'bad'");
      EXPECT_THAT(bad, testing::AnyOf("0", "8"));
      if (result.status == 0) {
        EXPECT_EQ(bad, "0") << result.err;
      }
      ExpectNothingLeft();
    }
  }

  // The worker goes on, and the next command has it all.
  void ExpectNothingLeft() {
    Insert(next_, next_ + 1);
    next_ += 2;
    EXPECT_TRUE(WaitUntil(60s, [&] {
      return leaf_->sql().Value("select count(*) from t where id > 1000") ==
             std::to_string(next_ - 1001);
    })) << leaf_->Log();
    const std::string sessions =
        "select coalesce(string_agg(application_name || ': ' || query, ', '), 'none') from "
        "pg_stat_activity where application_name ~ 'compare|repair'";
    for (Node* node : {root_.get(), leaf_.get()})
      EXPECT_TRUE(WaitUntil(10s, [&] { return node->sql().Value(sessions) == "none"; }))
          << node->name() << " " << node->sql().Value(sessions);
    const RunResult repaired = Repair({"--apply"});
    EXPECT_EQ(repaired.status, 0) << repaired.err;
    EXPECT_TRUE(BecomesEqual(*leaf_));
    EXPECT_EQ(leaf_->sql().Value("select count(*) from pgq_node.consumer_hold"), "0");
  }

  static void EndSessions(Node& node) {
    node.sql().Exec(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name ~ "
        "'compare|repair'");
  }

  int next_ = 1001;
};

TEST_F(CompareAndDeaths, OfTheWorker) {
  AtEachStep([&] {
    leaf_->worker().Kill();
    leaf_->StartWorker();
  });
}

TEST_F(CompareAndDeaths, OfTheSessionsAbove) {
  AtEachStep([&] { EndSessions(*root_); });
}

TEST_F(CompareAndDeaths, OfTheSessionsBelow) {
  AtEachStep([&] { EndSessions(*leaf_); });
}

TEST_F(CompareAndDeaths, OfTheProvidersServer) {
  AtEachStep([&] {
    provider_.CrashRestart();
    root_->DropSession();
  });
}

TEST_F(CompareAndDeaths, OfTheSubscribersServer) {
  AtEachStep([&] {
    subscriber_.CrashRestart();
    leaf_->DropSession();
  });
}

}  // namespace
}  // namespace e2e
