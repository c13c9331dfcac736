// What the worker sees of its own node, and when.
#include "cascade/local_node.h"

#include "base/error.h"
#include "server/cascade/cascade_fixture.h"

namespace cascade {
namespace {

class LocalNodeTest : public CascadeTest {
 protected:
  void SetUp() override {
    CreateNodes("leaf");
    pg::ConnectOptions options;
    options.connstr = node_connstr_;
    local_ = std::make_unique<LocalNode>(options, interrupt_, "q", "worker");
    local_->Refresh();
    local_->Refresh();  // nothing new
  }
  // Column of the state's row in the database.
  std::string Stored(const std::string& column) {
    return node_->Value("select " + column +
                        " from pgq_node.local_state where consumer_name = 'worker'");
  }

  std::unique_ptr<LocalNode> local_;
};

TEST_F(LocalNodeTest, SeesEachChange) {
  node_->Exec("select pgq_node.set_node_attrs('q', 'color=red')");
  local_->Refresh();
  EXPECT_EQ(local_->node().attrs.at("color"), "red");

  node_->Exec("select pgq_node.register_location('q', 'root', 'dbname=elsewhere', false)");
  local_->Refresh();
  EXPECT_EQ(local_->consumer().provider_location, "dbname=elsewhere");

  node_->Exec("select pgq_node.register_location('q', 'other', 'dbname=other', false)");
  node_->Exec("select pgq_node.change_consumer_provider('q', 'worker', 'other')");
  local_->Refresh();
  EXPECT_EQ(local_->consumer().provider_node, "other");
  EXPECT_EQ(local_->consumer().provider_location, "dbname=other");

  node_->Exec("select pgq_node.set_consumer_error('q', 'worker', 'an error')");
  local_->Refresh();
  EXPECT_EQ(local_->consumer().error, "an error");
  local_->StoreError(nullptr);
  local_->Refresh();
  EXPECT_EQ(local_->consumer().error, std::nullopt);

  node_->Exec("update pgq_node.node_info set worker_name = 'another'");
  EXPECT_THROW(local_->Refresh(), base::Error);
  node_->Exec("update pgq_node.node_info set worker_name = 'worker'");
  local_->Refresh();
  node_->Exec("delete from pgq_node.local_state");
  EXPECT_THROW(local_->Refresh(), base::Error);
}

TEST_F(LocalNodeTest, SeesThePosition) {
  const pgq::TickId before = *local_->consumer().completed_tick;
  const std::string next = std::to_string(before.value() + 1);
  node_->Exec("select pgq_node.set_consumer_completed('q', 'worker', " + next + ")");
  local_->Refresh();
  EXPECT_EQ(*local_->consumer().completed_tick, pgq::TickId(before.value() + 1));
}

TEST_F(LocalNodeTest, AnswersEachCommandThatWaits) {
  node_->Exec("select pgq_node.set_consumer_paused('q', 'worker', true)");
  EXPECT_EQ(Stored("uptodate"), "f");
  local_->Refresh();
  EXPECT_TRUE(local_->consumer().paused);
  EXPECT_EQ(Stored("uptodate"), "t");
  local_->Refresh();
  // Once more, with nothing else changed.
  for (int i = 0; i < 2; ++i) {
    node_->Exec("select pgq_node.set_consumer_uptodate('q', 'worker', false)");
    local_->Refresh();
    EXPECT_EQ(Stored("uptodate"), "t");
  }
  node_->Exec("select pgq_node.set_consumer_paused('q', 'worker', false)");
  local_->Refresh();
  EXPECT_FALSE(local_->consumer().paused);
  EXPECT_EQ(Stored("uptodate"), "t");
}

// pgq_node's functions are enough.
TEST_F(LocalNodeTest, ARoleThatMayNotReadTheTables) {
  node_->Exec("create role by_functions login");
  node_->Exec("grant execute on all functions in schema pgq_node to by_functions");
  node_->Exec("update pgq_node.node_info set node_type = 'root'");  // which needs no replica role
  pg::ConnectOptions options;
  options.connstr = node_connstr_ + " user=by_functions";
  LocalNode node(options, interrupt_, "q", "worker");
  node.Refresh();
  node_->Exec("select pgq_node.set_node_attrs('q', 'color=red')");
  node.Refresh();
  EXPECT_EQ(node.node().attrs.at("color"), "red");
}

}  // namespace
}  // namespace cascade
