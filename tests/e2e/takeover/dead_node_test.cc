// Roots and branches that are gone: another node takes their place.
#include <algorithm>

#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class DeadNode : public TakeoverStory {};

TEST_F(DeadNode, ABranchTakesOverFromADeadRoot) {
  StartCascade();
  auto result = node("node2").Londiste({"takeover", "node1", "--dead-root"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("node node1 answers: it is not dead"), std::string::npos) << result.err;
  root_->worker().Kill();
  pgqd_->Kill();
  provider_.Kill();
  result = node("node2").Londiste({"takeover", "node1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("--dead-root when it was the root"), std::string::npos) << result.err;
  result = node("node2").Londiste({"takeover", "node1", "--dead-root", "--dry-run"});
  result = node("node2").Londiste({"takeover", "node1", "--dead-root"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Type("node2"), "root");
  EXPECT_EQ(Provider("node3"), "node2");
  result = node("node4").MustLondiste({"status"});
  EXPECT_NE(result.out.find("node1 (dead)\nnode2 (root)\n"), std::string::npos) << result.out;
  InsertOn(node("node2"), 500, 510);
  for (const char* name : {"node3", "node4"})
    EXPECT_TRUE(test_support::EventuallyEqual(
        30s, [&] { return test_support::TableDigest(node("node2").sql(), "t"); },
        [&] { return test_support::TableDigest(node(name).sql(), "t"); }));
}

TEST_F(DeadNode, TheNodeThatIsFurthestIsFetchedFrom) {
  StartCascade();
  // node2 stands still while node3 goes on.
  node("node2").MustLondiste({"pause"});
  InsertOn(*root_, 300, 305);
  EXPECT_TRUE(test_support::EventuallyEqual(
      30s, [&] { return test_support::TableDigest(root_->sql(), "t"); },
      [&] { return test_support::TableDigest(node("node3").sql(), "t"); }));
  const std::string wanted = test_support::TableDigest(root_->sql(), "t");
  root_->worker().Kill();
  pgqd_->Kill();
  provider_.Kill();
  node("node2").Londiste({"resume"});
  const auto result = node("node2").Londiste({"takeover", "node1", "--dead-root"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(test_support::TableDigest(node("node2").sql(), "t"), wanted);
  EXPECT_EQ(Provider("node3"), "node2");
  InsertOn(node("node2"), 500, 510);
  EXPECT_TRUE(test_support::EventuallyEqual(
      30s, [&] { return test_support::TableDigest(node("node2").sql(), "t"); },
      [&] { return test_support::TableDigest(node("node4").sql(), "t"); }));
}

TEST_F(DeadNode, AnOldRootComesBackWithoutWhatOnlyItHad) {
  StartCascade();
  root_->sql().Exec("create table u (id int primary key); create table w (id int primary key)");
  root_->MustLondiste({"add-table", "u", "w"});
  for (const char* name : {"node2", "node3"}) {
    node(name).sql().Exec(
        "create table u (id int primary key); create table w (id int primary key)");
    EXPECT_TRUE(test_support::Eventually(30s, "tables are known", [&] {
      return node(name).sql().Value("select count(*) from londiste.table_info") == "3";
    }));
    node(name).MustLondiste({"add-table", "u", "w", "--wait-sync"});
  }
  root_->sql().Exec("insert into w select generate_series(1, 10)");
  ExpectAllFollow(*root_);
  // Only the root has this: nobody reads while it is written.
  for (const char* name : {"node2", "node3", "node4"}) node(name).StopWorker();
  root_->sql().Exec(
      "insert into t values (700, 'lost'); update t set v = 'lost too' where id = 1;"
      "insert into u values (1), (2)");
  EXPECT_TRUE(test_support::Eventually(30s, "a tick has them", [&] {
    return root_->sql().Value(
               "select max(tick_event_seq) >= (select max(ev_id) from "
               "pgq.event_template where ev_extra1 = 'public.u') from pgq.tick") == "t";
  }));
  root_->StopWorker();
  pgqd_->Stop();
  provider_.Kill();
  for (const char* name : {"node2", "node3", "node4"}) node(name).StartWorker();
  node("node2").MustLondiste({"takeover", "node1", "--dead-root"});
  InsertOn(node("node2"), 500, 505);

  provider_.CrashRestart();
  root_->DropSession();
  pgqd_ = test_support::StartPgqd(dir_, provider_);
  root_->sql().Exec("insert into t values (701, 'lost after its return')");
  root_->StartWorker();
  auto result = test_support::Run({"londiste", root_->ini(), "resurrect"},
                                  {.environment = {}, .directory = dir_.path()});
  EXPECT_EQ(result.status, 0);
  const std::string lost = test_support::ReadWholeFile(dir_.path() + "/resurrect-lost-events.json");
  for (const char* data : {"\"id=700&v=lost\"", "\"id=1&v=lost+too\"", "\"id=2\"",
                           "\"id=701&v=lost+after+its+return\""})
    EXPECT_NE(lost.find(data), std::string::npos) << lost;
  EXPECT_EQ(std::ranges::count(lost, '{'), 5) << lost;
  EXPECT_EQ(Type("node1"), "branch");
  root_->MustLondiste({"wait-sync"});
  InsertOn(node("node2"), 510, 515);
  for (const char* table : {"t", "u", "w"})
    for (const char* name : {"node1", "node3"})
      EXPECT_TRUE(test_support::EventuallyEqual(
          30s, [&] { return test_support::TableDigest(node("node2").sql(), table); },
          [&] { return test_support::TableDigest(node(name).sql(), table); }));
  EXPECT_EQ(root_->sql().Value("select count(*) from t where v like 'lost%'"), "0");
  ExpectAtRest();
  // And it can be the root again.
  node("node1").MustLondiste({"switchover", "node1", "--verify=full"});
  ExpectAllFollow(*root_);
}

TEST_F(DeadNode, ABranchIsReplacedLivingAndDead) {
  StartCascade();
  auto result = node("node2").Londiste({"takeover", "node3", "--all"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Provider("node3"), "node2");
  EXPECT_EQ(Provider("node4"), "node2");
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

}  // namespace
}  // namespace e2e
