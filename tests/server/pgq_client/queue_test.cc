// Queues and consumers: create, look at, drop.
#include "pgq/queue.h"

#include "pgq/subscription.h"
#include "server/pgq_client/client_fixture.h"

namespace {

class QueueTest : public ClientTest {
 protected:
  pg::Connection connection_{Connect(), interrupt_};
};

TEST_F(QueueTest, CreatedConfiguredShownDropped) {
  pqxx::work work(connection_);
  EXPECT_TRUE(pgq::CreateQueue(work, "other"));
  EXPECT_FALSE(pgq::CreateQueue(work, "other"));
  pgq::SetQueueConfig(work, "other", "ticker_max_count", "77");
  pgq::SetQueueConfig(work, "other", "ticker_max_lag", "1500 milliseconds");
  const auto info = pgq::GetQueueInfo(work, "other");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->queue, "other");
  EXPECT_EQ(info->tables, 3);
  EXPECT_EQ(info->ticker_max_count, 77);
  EXPECT_EQ(info->ticker_max_lag_s, 1.5);
  EXPECT_EQ(info->rotation_period_s, 7200);
  EXPECT_EQ(info->last_tick, pgq::TickId(1));
  EXPECT_EQ(info->events_per_second, std::nullopt);  // one tick is no rate
  EXPECT_FALSE(info->ticker_paused);
  EXPECT_EQ(pgq::ListQueues(work).size(), 2U);
  pgq::DropQueue(work, "other");
  EXPECT_FALSE(pgq::GetQueueInfo(work, "other"));
}

TEST_F(QueueTest, RefusesToDropFromUnderConsumers) {
  Register();
  {
    pqxx::work work(connection_);
    EXPECT_THROW(pgq::DropQueue(work, "q"), pqxx::sql_error);
  }
  pqxx::work work(connection_);
  pgq::DropQueue(work, "q", pgq::AttachedConsumers::kUnregister);
  EXPECT_TRUE(pgq::ListQueues(work).empty());
}

TEST_F(QueueTest, ConsumersAreRegisteredAndShown) {
  Tick();
  pqxx::work work(connection_);
  EXPECT_TRUE(pgq::RegisterConsumer(work, "q", "a"));
  EXPECT_FALSE(pgq::RegisterConsumer(work, "q", "a"));
  EXPECT_EQ(pgq::GetConsumerInfo(work, "q", "a")->last_tick, pgq::TickId(2));
  EXPECT_TRUE(pgq::RegisterConsumerAt(work, "q", "b", pgq::TickId(1)));
  EXPECT_EQ(pgq::GetConsumerInfo(work, "q", "b")->last_tick, pgq::TickId(1));
  EXPECT_EQ(pgq::ListConsumers(work).size(), 2U);
  EXPECT_EQ(pgq::ListConsumers(work, "q").at(1).consumer, "b");
  EXPECT_TRUE(pgq::ListConsumers(work, "other").empty());
  EXPECT_EQ(pgq::UnregisterConsumer(work, "q", "a"), 1);
  EXPECT_EQ(pgq::UnregisterConsumer(work, "q", "a"), 0);
  EXPECT_FALSE(pgq::GetConsumerInfo(work, "q", "a"));
}

TEST_F(QueueTest, RegistrationAtATickMovesNobody) {
  Tick();
  Register("a");
  pqxx::nontransaction autocommit(connection_);
  EXPECT_FALSE(pgq::RegisterConsumerAt(autocommit, "q", "a", pgq::TickId(1)));
  EXPECT_EQ(ConsumerState("last_tick", "a"), "2");
  pgq::RepositionConsumer(autocommit, "q", "a", pgq::TickId(1));
  EXPECT_EQ(ConsumerState("last_tick", "a"), "1");
  // An unknown tick leaves no registration at the wrong place behind.
  EXPECT_THROW(pgq::RegisterConsumerAt(autocommit, "q", "b", pgq::TickId(99)), pqxx::sql_error);
  EXPECT_EQ(ConsumerState("last_tick", "b"), "(none)");
}

TEST_F(QueueTest, OpenBatchesAreShown) {
  Register();
  InsertBatch(1, 5);
  const auto batch = pgq::NextBatch(connection_, "q", "c");
  pqxx::nontransaction autocommit(connection_);
  const auto info = pgq::GetConsumerInfo(autocommit, "q", "c");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->current_batch, batch->id);
  EXPECT_EQ(info->next_tick, batch->tick);
  EXPECT_GE(info->pending_events.value(), 5);
  EXPECT_GE(info->lag_s.value(), 0);
}

TEST_F(QueueTest, SubconsumersAreRegisteredAndShown) {
  pqxx::nontransaction autocommit(connection_);
  EXPECT_TRUE(pgq::RegisterSubconsumer(autocommit, "q", "c", "s1"));
  EXPECT_FALSE(pgq::RegisterSubconsumer(autocommit, "q", "c", "s1"));
  EXPECT_EQ(pgq::GetConsumerInfo(autocommit, "q", "c.s1")->last_tick, std::nullopt);
  EXPECT_TRUE(pgq::UnregisterSubconsumer(autocommit, "q", "c", "s1"));
  EXPECT_FALSE(pgq::UnregisterSubconsumer(autocommit, "q", "c", "s1"));
}

}  // namespace
