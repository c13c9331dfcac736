// compare with a node that has SkyTools' functions only: under a lock of the table, which is held
// no longer than it has to be, and is nobody's when the command is gone.
#include <gmock/gmock.h>

#include <filesystem>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::RunResult;
using testing::HasSubstr;
using testing::Not;

class CompareLock : public CompareStory {
 protected:
  // Two tables; the root cannot make a tick of a snapshot.
  void StartWithoutTicksOfSnapshots() {
    StartWithLeaf(500);
    for (test_support::Node* node : {root_.get(), leaf_.get()}) {
      node->sql().Exec("create table u (id int primary key)");
      node->MustLondiste({"add-table", "u"});
    }
    leaf_->MustLondiste({"wait-sync"});
    root_->sql().Exec("drop function pgq.snapshot_tick(text)");
  }
  // True: nothing keeps a writer waiting.
  testing::AssertionResult CanWrite() {
    test_support::Sql sql(root_->connstr());
    const std::string error =
        sql.Error("set lock_timeout = '10s'; update t set v = 'written' where id = 1");
    return error.empty() ? testing::AssertionSuccess() : testing::AssertionFailure() << error;
  }
};

TEST_F(CompareLock, NothingIsInventedAndEverythingFoundUnderLoad) {
  StartWithoutTicksOfSnapshots();
  {
    const RowWriters writers(root_->connstr(), 3, 500);
    for (int round = 0; round < 3; ++round) {
      const RunResult result = Compare();
      EXPECT_EQ(result.status, 0) << result.out << result.err;
      EXPECT_THAT(result.err,
                  HasSubstr("node node1 or node2 cannot stop at a tick: each table is locked "
                            "against writers on node node1"));
    }
    Spoil("update t set v = null where id = 7; insert into t values (-1, 'mine')");
    EXPECT_THAT(Compare({"t"}).out, HasSubstr("  extra: id=-1\n"));
    EXPECT_THAT(
        Repair({"t", "--apply"}).err,
        HasSubstr("rows cannot be changed at a tick: node1 or node2 has SkyTools' functions"));
  }
  EXPECT_TRUE(CanWrite());
}

TEST_F(CompareLock, ATableThatCannotBeLockedIsToldAndTheOthersAreCompared) {
  StartWithoutTicksOfSnapshots();
  test_support::Sql busy(root_->connstr());
  busy.Exec("begin; update t set v = 'open' where id = 1");
  const RunResult result = Compare({"--set=lock_timeout=0.3"});
  EXPECT_EQ(result.status, 1) << result.out << result.err;
  EXPECT_THAT(result.out,
              HasSubstr("public.t: not compared: could not lock table public.t of node "
                        "node1 against writers: canceling statement due to lock timeout"));
  EXPECT_THAT(result.out, HasSubstr("public.u: 0 rows, equal to node node1"));
  busy.Exec("rollback");

  root_->sql().Exec(
      "create role reader login; grant londiste_reader to reader; "
      "grant select on all tables in schema public to reader");
  const RunResult reader = Compare({"t", "--set=remote_extra_connstr=user=reader"});
  EXPECT_THAT(reader.out, HasSubstr("permission denied for table t (grant update on "
                                    "\"public\".\"t\")"));
}

TEST_F(CompareLock, NoLockBeforeTicksAreMadeAndTheWorkerFollows) {
  StartWithoutTicksOfSnapshots();
  EXPECT_EQ(leaf_->StopWorker(), 0);
  test_support::Process behind({"londiste", leaf_->ini(), "compare", "t"});
  EXPECT_EQ(behind.Wait(3s), std::nullopt) << behind.Stderr();
  EXPECT_TRUE(CanWrite());
  leaf_->StartWorker();
  EXPECT_EQ(behind.Wait(60s), 0) << behind.Stderr();

  EXPECT_EQ(pgqd_->Stop(), 0);
  test_support::Process no_ticks({"londiste", leaf_->ini(), "compare", "t"});
  EXPECT_EQ(no_ticks.Wait(3s), std::nullopt) << no_ticks.Stderr();
  EXPECT_TRUE(CanWrite());
}

TEST_F(CompareLock, AKilledCommandLocksNothing) {
  StartWithoutTicksOfSnapshots();
  const RunResult killed = Compare({}, {{"SKYTOOLS_FAILPOINT", "cut_locked=kill"}});
  EXPECT_EQ(killed.status, 128 + 9) << killed.err;
  EXPECT_TRUE(CanWrite());
  EXPECT_EQ(Compare().status, 0);
}

}  // namespace
}  // namespace e2e
