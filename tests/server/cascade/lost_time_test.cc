// A provider that gives ticks out again: restored, cloned, or failed over to a standby behind it.
// Here it is replaced by a copy of its database as it was before.
#include <gmock/gmock.h>

#include "base/error.h"
#include "cascade/reposition.h"
#include "server/cascade/worker_fixture.h"

namespace cascade {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class LostTimeTest : public WorkerTest {
 protected:
  void Event(const std::string& value) {
    InsertEvent("event", value);
    Tick();
  }
  void Finished() {
    EXPECT_TRUE(Eventually(10s, "the last batch is finished", [&] {
      return root_->Value(
                 "select last_tick = (select max(tick_id) from pgq.tick) and current_batch is null"
                 " from pgq.get_consumer_info('q', 'worker')") == "t";
    }));
  }
  // The provider's database as it is now, under another name. REQUIRES: no worker.
  void KeepBackup() {
    const std::string name = root_->Value("select current_database()");
    root_.reset();
    provider_.reset();
    server_->CreateDatabase(name + "_backup", name);
    backup_connstr_ = server_->Connstr(name + "_backup");
    OpenRoot(root_connstr_);
  }
  void OpenRoot(const std::string& connstr) {
    root_ = std::make_unique<test_support::Sql>(connstr);
    provider_ = Connect(connstr);
  }
  // From now on the provider is what the backup holds.
  void RestoreBackup() {
    OpenRoot(backup_connstr_);
    LocationIs(backup_connstr_);
  }
  void LocationIs(const std::string& connstr) {
    node_->Exec("select pgq_node.register_location('q', 'root', '" + connstr + "', false)");
    node_->Exec("notify wake_q");
  }
  // Events 1 to 3 are applied, and the backup has the first one only.
  void LoseTwoTicks(const std::string& node_type = "leaf") {
    CreateNodes(node_type);
    StartWorker();
    Event("1");
    EXPECT_TRUE(AppliedBecomes("1"));
    Finished();
    StopWorker();
    KeepBackup();
    StartWorker();
    Event("2");
    EXPECT_TRUE(AppliedBecomes("1,2"));
    Event("3");
    EXPECT_TRUE(AppliedBecomes("1,2,3"));
  }
  testing::AssertionResult StoppedWith(const std::string& start) {
    return Eventually(
               10s, start,
               [&] {
                 return Conditions().starts_with("provider_lost_time worker error: " + start);
               })
           << Conditions();
  }
  std::string Hint() { return node_->Value("select hint from pgq.condition"); }

  std::string backup_connstr_;
};

TEST_F(LostTimeTest, ATickThatIsNotThereStopsTheWorkerForGood) {
  LoseTwoTicks();
  RestoreBackup();
  EXPECT_TRUE(StoppedWith("node \"node\" is ahead of its provider \"root\" by 2 ticks ("));
  EXPECT_THAT(Conditions(), HasSubstr(", which it has applied, is not there"));
  EXPECT_THAT(Hint(), HasSubstr("worker --reset"));
  EXPECT_THAT(State("cur_error"), StartsWith("node \"node\" is ahead"));
  // The numbers catch up, and go on.
  for (const char* value : {"other 2", "other 3", "other 4"}) Event(value);
  EXPECT_TRUE(Eventually(10s, "another one", [&] {
    return Conditions().find("is another one there, of ") != std::string::npos;
  })) << Conditions();
  EXPECT_EQ(Applied(), "1,2,3");
  // Nor does it after a restart.
  StopWorker();
  StartWorker();
  Event("other 5");
  EXPECT_TRUE(Eventually(10s, "an error of the new worker", [&] {
    return observer_.log().find("HINT:  The provider was restored") != std::string::npos;
  }));
  EXPECT_EQ(Applied(), "1,2,3");
  // The real one is back.
  StopWorker();
  OpenRoot(root_connstr_);
  LocationIs(root_connstr_);
  Event("4");
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("1,2,3,4"));
  EXPECT_TRUE(Eventually(10s, "the condition has ended", [&] { return Conditions() == "(null)"; }));
  EXPECT_TRUE(Eventually(10s, "error cleared", [&] { return State("cur_error") == "(null)"; }));
}

// Its batch ends where the node stands, by number.
TEST_F(LostTimeTest, TheProvidersNextTickHasTheNumberOfTheNodesLast) {
  CreateNodes("leaf");
  StartWorker();
  Event("1");
  EXPECT_TRUE(AppliedBecomes("1"));
  Finished();
  StopWorker();
  KeepBackup();
  Event("2");
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("1,2"));
  StopWorker();
  RestoreBackup();
  Event("other 2");
  ASSERT_EQ(root_->Value("select max(tick_id) from pgq.tick"), ToString(Completed()));
  StartWorker();
  EXPECT_TRUE(StoppedWith("node \"node\" is ahead of its provider \"root\" by 1 tick ("));
  EXPECT_EQ(root_->Value("select last_tick from pgq.get_consumer_info('q', 'worker')"),
            ToString(pgq::TickId(Completed().value() - 1)))
      << "the batch was not finished";
  EXPECT_EQ(Applied(), "1,2");
}

// As SkyTools' worker --rewind does.
TEST_F(LostTimeTest, AConsumerMovedToTheNumberChangesNothing) {
  LoseTwoTicks();
  RestoreBackup();
  EXPECT_TRUE(StoppedWith("node \"node\" is ahead"));
  for (const char* value : {"other 2", "other 3", "other 4"}) Event(value);
  root_->Exec("select pgq.register_consumer_at('q', 'worker', " + ToString(Completed()) + ")");
  Event("other 5");
  StopWorker();
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "another one", [&] {
    return Conditions().find("is another one there, of ") != std::string::npos;
  })) << Conditions();
  EXPECT_EQ(Applied(), "1,2,3");
}

// The session outlives the change, as through a pooler: only the batch can tell.
TEST_F(LostTimeTest, ABatchTellsInTheMiddleOfASession) {
  CreateNodes("leaf");
  StartWorker();
  Event("1");
  EXPECT_TRUE(AppliedBecomes("1"));
  Finished();
  root_->Exec("update pgq.tick set tick_time = tick_time + interval '1 microsecond'");
  Event("2");
  EXPECT_TRUE(StoppedWith("node \"node\" is ahead"));
  EXPECT_EQ(Applied(), "1");
}

TEST_F(LostTimeTest, RewindIsRefused) {
  LoseTwoTicks();
  StopWorker();
  RestoreBackup();
  const auto rewind = [&] {
    try {
      RewindProvider(Options(), interrupt_);
    } catch (const base::Error& error) {
      return base::WithHint(error);
    }
    return std::string("(no error)");
  };
  EXPECT_THAT(rewind(), HasSubstr("is not there"));
  for (const char* value : {"other 2", "other 3", "other 4"}) Event(value);
  EXPECT_THAT(rewind(), StartsWith("node \"node\" is ahead of its provider \"root\" by 2 ticks ("));
  EXPECT_THAT(rewind(), HasSubstr("is another one there"));
  EXPECT_THAT(rewind(), HasSubstr("HINT:  The provider was restored, cloned, or failed over"));
  EXPECT_NE(root_->Value("select last_tick from pgq.get_consumer_info('q', 'worker')"),
            ToString(Completed()));
}

TEST_F(LostTimeTest, ResetMakesTheProvidersTicksThePosition) {
  LoseTwoTicks();
  StopWorker();
  RestoreBackup();
  Event("other 2");
  const pgq::TickId tick = ResetNode(Options(), interrupt_);
  EXPECT_EQ(Completed(), tick);
  EXPECT_EQ(node_->Value("select tick_id from pgq_node.position_proof"), ToString(tick));
  node_->Exec("truncate applied");  // as a copy of the tables does
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("other 2"));
  EXPECT_TRUE(Eventually(10s, "the condition has ended", [&] { return Conditions() == "(null)"; }));
}

TEST_F(LostTimeTest, ABranchIsToldItsOwnWayOut) {
  LoseTwoTicks("branch");
  RestoreBackup();
  EXPECT_TRUE(StoppedWith("node \"node\" is ahead of its provider \"root\" by 2 ticks ("));
  EXPECT_THAT(Hint(), HasSubstr("remove the nodes below this one"));
}

// A standby that has all ticks, but not that the consumer finished its last batches.
TEST_F(LostTimeTest, AConsumerThatStandsEarlierIsMovedWhereTheTickIsTheSame) {
  CreateNodes("leaf");
  StartWorker();
  for (const char* value : {"1", "2", "3"}) Event(value);
  EXPECT_TRUE(AppliedBecomes("1,2,3"));
  Finished();
  StopWorker();
  root_->Exec("select pgq.register_consumer_at('q', 'worker', " +
              ToString(pgq::TickId(Completed().value() - 3)) + ")");
  Event("4");
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("1,2,3,4"));
  EXPECT_THAT(observer_.log(), HasSubstr(", which the node has applied"));
  EXPECT_EQ(Conditions(), "(null)");
}

// SkyTools' schema.
TEST_F(LostTimeTest, ANodeThatKeepsNoProofsWorksAsBefore) {
  CreateNodes("leaf");
  node_->Exec(
      "drop function pgq_node.set_position_proof; drop table pgq_node.position_proof cascade");
  StartWorker();
  Event("1");
  EXPECT_TRUE(AppliedBecomes("1"));
  Event("2");
  EXPECT_TRUE(AppliedBecomes("1,2"));
  StopWorker();
  root_->Exec("select pgq.register_consumer_at('q', 'worker', " +
              ToString(pgq::TickId(Completed().value() - 2)) + ")");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "refused", [&] {
    return State("cur_error").starts_with("Lost position: batch");
  })) << State("cur_error");
}

// The first tick of a branch has the number of another node's tick and the time of its creation.
TEST_F(LostTimeTest, TheFirstTickOfABranchIsNoOtherTick) {
  CreateNodes("leaf");
  StartWorker();
  Event("1");
  EXPECT_TRUE(AppliedBecomes("1"));
  Finished();
  StopWorker();
  const std::string name = root_->Value("select current_database()") + "_branch";
  server_->CreateDatabaseWithSchemas(name);
  const std::string connstr = server_->Connstr(name), tick = ToString(Completed());
  test_support::Sql branch(connstr);
  for (const auto& [node, location] :
       {std::pair{"root", root_connstr_}, {"node", node_connstr_}, {"branch", connstr}})
    branch.Exec(std::string("select pgq_node.register_location('q', '") + node + "', '" + location +
                "', false)");
  branch.Exec("select pgq_node.create_node('q', 'branch', 'branch', 'b', 'root', " + tick +
              ", null)");
  branch.Exec("select pgq_node.register_subscriber('q', 'node', 'worker', " + tick + ")");
  node_->Exec("select pgq_node.register_location('q', 'branch', '" + connstr + "', false)");
  node_->Exec("select pgq_node.change_consumer_provider('q', 'worker', 'branch')");
  // The branch's own worker.
  branch.Exec("set session_replication_role = replica");
  branch.Exec("select pgq.insert_event('q', 'event', '2')");
  branch.Exec("select pgq.ticker('q', " + tick + " + 1, now(), 100)");
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("1,2"));
  EXPECT_EQ(Conditions(), "(null)");
}

}  // namespace
}  // namespace cascade
