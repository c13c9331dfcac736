// Handlers qtable, qsplitter, vtable in an applier.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using londiste::handlers::MakeHandler;
using testing::HasSubstr;

class QueueHandlersTest : public ApplyTest {
 protected:
  QueueHandlersTest() {
    Server().CreateDatabaseWithSchemas(database_ + "_q");
    queue_db_ = std::make_unique<test_support::Sql>(Server().Connstr(database_ + "_q"));
  }
  // The applier works in the database that has queues.
  void SetUp() override {
    pg::ConnectOptions options = Options();
    options.connstr = Server().Connstr(database_ + "_q");
    connection_ = std::make_unique<pg::Connection>(options, interrupt_);
    connection_->SetReplicationRole(pg::ReplicationRole::kReplica);
    MakeApplier();
    tables_.make_handler = [] { return MakeHandler({"qsplitter", {{"queue", "split"}}}); };
  }
  std::string Events() {
    return queue_db_->Text(
        "select ev_time at time zone 'UTC', ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, "
        "ev_extra4 from pgq.event_template order by ev_id");
  }
  std::unique_ptr<test_support::Sql> queue_db_;
};

TEST_F(QueueHandlersTest, SplitterMovesEventsIntoItsQueue) {
  queue_db_->Exec("select pgq.create_queue('split')");
  Event("I:id", "id=1&a=x%09y\\n");
  events_.back().time = "2020-01-02 03:04:05.678+00";
  events_.back().extra3 = "three";
  Event("R", "");
  events_.back().time = "2020-01-02 03:04:06+00";
  const auto stats = Apply();
  EXPECT_EQ(stats.ignored, 0);
  EXPECT_EQ(Events(),
            "2020-01-02 03:04:05.678|I:id|id=1&a=x%09y\\n|public.t|\\N|three|\\N\n"
            "2020-01-02 03:04:06|R||public.t|\\N|\\N|\\N\n");
  const std::string large(100'000, 'x');
  for (int i = 0; i < 120; ++i) {
    Event("I:id", "id=1&a=" + large);
    events_.back().time = "2020-01-02 03:04:07+00";
  }
  Apply();
  EXPECT_EQ(queue_db_->Value("select count(*) from pgq.event_template"), "122");
}

TEST_F(QueueHandlersTest, SplitterStopsWhereItsQueueTakesNothing) {
  const auto fails = [&] {
    Event("I:id", "id=1");
    events_.back().time = "2020-01-02 03:04:07+00";
    try {
      Apply();
    } catch (const base::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(fails(), HasSubstr("queue \"split\" does not exist"));
  queue_db_->Exec("select pgq.create_queue('split')");
  queue_db_->Exec("update pgq.queue set queue_disable_insert = true");
  EXPECT_THAT(fails(), HasSubstr("or takes no events"));
  EXPECT_EQ(Events(), "");
  queue_db_->Exec("update pgq.queue set queue_disable_insert = false");
  EXPECT_EQ(fails(), "");
}

TEST_F(QueueHandlersTest, TheOthersTouchNothing) {
  for (const char* name : {"qtable", "vtable", "fake_local"}) {
    tables_.make_handler = [name] { return MakeHandler({name}); };
    Event("I:id", "id=1", std::string("public.") + name);
    Event("R", "", std::string("public.") + name);
    EXPECT_EQ(Apply().ignored, 2) << name;
    EXPECT_FALSE(MakeHandler({name})->copies_rows());
  }
}

}  // namespace
