// Tables that were renamed, recreated or lost their triggers, as the workers see them.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;

class WorkerTables : public WorkerStory {
 protected:
  static std::string Conditions(Node& node) {
    return node.sql().Text(
        "select severity, kind, subject, message from pgq.condition order by kind");
  }
  // They look once a minute, and when they start.
  static void LookNow(Node& node) {
    node.StopWorker();
    node.StartWorker();
  }
  static testing::AssertionResult Told(Node& node, const std::string& text) {
    return Eventually(90s, "told: " + text,
                      [&] { return Conditions(node).find(text) != std::string::npos; })
           << Conditions(node) << node.Log();
  }
  static testing::AssertionResult NothingToTell(Node& node) {
    return Eventually(90s, "nothing is told", [&] { return Conditions(node).empty(); })
           << Conditions(node) << node.Log();
  }
};

TEST_F(WorkerTables, ARenamedTableIsToldOnBothSides) {
  StartRoot();
  auto leaf = AddLeaf();
  root_->sql().Exec("alter table t rename to t2; insert into t2 values (1, 'a'), (2, 'b')");
  EXPECT_TRUE(Told(*leaf, "warning|unknown_table|public.t2|table \"public.t2\" is not registered"));
  EXPECT_THAT(leaf->MustLondiste({"status"}).out,
              testing::HasSubstr("table \"public.t2\" is not registered"));
  LookNow(*root_);
  EXPECT_TRUE(Told(*root_,
                   "error|table_missing|public.t|table \"public.t\" does not exist any more: "
                   "it is called \"public.t2\" now"));

  root_->MustLondiste({"remove-table", "t"});
  root_->MustLondiste({"add-table", "t2"});
  LookNow(*root_);
  EXPECT_TRUE(NothingToTell(*root_));
  EXPECT_TRUE(NothingToTell(*leaf));
}

TEST_F(WorkerTables, LostTriggersAreToldAndMended) {
  StartRoot();
  auto leaf = AddLeaf();
  root_->sql().Exec("alter table t disable trigger _londiste_q_teste_replica");
  leaf->sql().Exec("drop trigger _londiste_q_teste_replica on t");
  LookNow(*root_);
  LookNow(*leaf);
  EXPECT_TRUE(Told(*root_, "error|trigger_disabled|public.t|"));
  EXPECT_TRUE(Told(*leaf, "warning|trigger_missing|public.t|"));
  EXPECT_THAT(leaf->MustLondiste({"status"}).out,
              testing::HasSubstr("users can change its rows here"));

  root_->sql().Exec("insert into t values (1, 'not published')");
  root_->MustLondiste({"add-table", "t"});
  leaf->MustLondiste({"resync", "t"});
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(NothingToTell(*leaf));
  LookNow(*root_);
  EXPECT_TRUE(NothingToTell(*root_));
}

}  // namespace
}  // namespace e2e
