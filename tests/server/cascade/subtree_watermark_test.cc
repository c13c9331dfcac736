// A branch with attribute sync_watermark: its watermark is that of its subtree and the nodes that
// it names, and this is what goes down.
#include <gmock/gmock.h>

#include "server/cascade/worker_fixture.h"

namespace cascade {
namespace {

using testing::HasSubstr;

class SubtreeWatermarkTest : public WorkerTest {
 protected:
  // The branch under test names node "other", a leaf below the root in a third database.
  void SetUp() override {
    CreateNodes("branch");
    other_connstr_ = Register("other");
    other_ = std::make_unique<test_support::Sql>(other_connstr_);
    node_->Exec("select pgq_node.set_node_attrs('q', 'sync_watermark=other')");
    watermark_period_ = 50ms;
  }
  std::string Register(const std::string& name) {
    static int number = 0;
    const std::string database = name + std::to_string(++number);
    server_->CreateDatabaseWithSchemas(database);
    const std::string connstr = server_->Connstr(database);
    test_support::Sql sql(connstr);
    for (const std::string& member : {std::string("root"), name})
      sql.Exec("select pgq_node.register_location('q', '" + member + "', '" +
               (member == "root" ? root_connstr_ : connstr) + "', false)");
    sql.Exec("select pgq_node.create_node('q', 'leaf', '" + name + "', 'w', 'root', 1, null)");
    node_->Exec("select pgq_node.register_location('q', '" + name + "', '" + connstr + "', false)");
    return connstr;
  }
  // The root tells the queue's watermark, which is its newest tick.
  std::string TellWatermark() {
    InsertEvent("event", "x");
    Tick();
    const std::string tick = root_->Value("select max(tick_id) from pgq.tick");
    root_->Exec("select pgq_node.set_global_watermark('q', " + tick + ")");
    Tick();
    return tick;
  }
  void OtherIsAt(const std::string& tick) {
    other_->Exec("update pgq_node.local_state set last_tick_id = " + tick);
  }
  std::string Own() {
    return node_->Value("select global_watermark from pgq_node.get_node_info('q')");
  }
  testing::AssertionResult OwnBecomes(const std::string& tick) {
    return Eventually(10s, "watermark " + tick, [&] { return Own() == tick; });
  }
  // What the branch's own queue says of it.
  std::string PassedOn() {
    return node_->Value(
        "select string_agg(ev_data, ',' order by ev_id) from pgq.event_template where ev_type = "
        "'pgq.global-watermark'");
  }

  std::string other_connstr_;
  std::unique_ptr<test_support::Sql> other_;
};

TEST_F(SubtreeWatermarkTest, IsTheLowestOfItsOwnTheQueuesAndThoseItNames) {
  const std::string before = Own();
  StartWorker();
  const std::string first = TellWatermark();
  ASSERT_TRUE(Eventually(10s, "it has come", [&] { return PassedOn() == before; }));
  EXPECT_EQ(Own(), before);  // that of "other"
  EXPECT_EQ(root_->Value("select ev_data from pgq.event_template where ev_type = "
                         "'pgq.global-watermark'"),
            first);

  OtherIsAt(first);
  EXPECT_TRUE(OwnBecomes(first));
  OtherIsAt("100000");
  const std::string second = TellWatermark();
  EXPECT_TRUE(OwnBecomes(second));
  // What is below holds it back.
  node_->Exec("select pgq.register_consumer_at('q', 'below', " + second + ")");
  const std::string third = TellWatermark();
  ASSERT_TRUE(Eventually(10s, "all three have come",
                         [&] { return PassedOn() == before + "," + first + "," + second; }));
  EXPECT_EQ(Own(), second);
  node_->Exec("select pgq.register_consumer_at('q', 'below', " + third + ")");
  EXPECT_TRUE(OwnBecomes(third));
}

TEST_F(SubtreeWatermarkTest, StaysWhileANodeItNamesDoesNotAnswerAndPassesOverTheDead) {
  const std::string before = Own();
  node_->Exec("select pgq_node.register_location('q', 'other', 'host=/nowhere', false)");
  StartWorker();
  const std::string tick = TellWatermark();
  EXPECT_TRUE(Eventually(10s, "it is told", [&] {
    return observer_.log().find("the watermark stays: could not ask node other") !=
           std::string::npos;
  }));
  EXPECT_EQ(Own(), before);
  EXPECT_EQ(State("cur_error"), "(null)");  // replication goes on
  node_->Exec("select pgq_node.register_location('q', 'other', null, true)");
  EXPECT_TRUE(OwnBecomes(tick));
}

TEST_F(SubtreeWatermarkTest, StaysWhileANodeItNamesIsUnknown) {
  const std::string before = Own();
  node_->Exec("select pgq_node.set_node_attrs('q', 'sync_watermark=other%2c+nobody')");
  StartWorker();
  TellWatermark();
  EXPECT_TRUE(Eventually(10s, "it is told", [&] {
    return observer_.log().find("names \"nobody\", which is no node of this queue") !=
           std::string::npos;
  }));
  EXPECT_EQ(Own(), before);
}

}  // namespace
}  // namespace cascade
