// Several processes share the batches of one consumer.
#include "pgq/coop_consumer.h"

#include <mutex>
#include <set>

#include "base/error.h"
#include "server/pgq_client/client_fixture.h"
#include "support/eventually.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;

class CoopConsumerTest : public ClientTest {
 protected:
  CoopConsumerTest() { Register(); }

  std::unique_ptr<pgq::CoopConsumer> Subconsumer(const std::string& name,
                                                 std::optional<std::string> dead_interval = {}) {
    pgq::ConsumerOptions options = Options();
    options.connect = Connect("c." + name);
    return std::make_unique<pgq::CoopConsumer>(
        options, pgq::Subconsumer{name, std::move(dead_interval)}, interrupt_);
  }
  std::vector<std::string> Consume(pgq::CoopConsumer& consumer) {
    std::vector<std::string> seen{"no batch"};
    consumer.ProcessOne([&](pgq::ActiveBatch& batch) { seen = DataOf(batch); });
    return seen;
  }
  static inline const std::vector<std::string> kNoBatch{"no batch"};
};

TEST_F(CoopConsumerTest, EachBatchGoesToOneSubconsumer) {
  InsertBatch(1, 3);
  InsertBatch(4, 6);
  const auto first = Subconsumer("a"), second = Subconsumer("b");
  std::vector<std::string> inner{"not called"};
  EXPECT_TRUE(first->ProcessOne([&](pgq::ActiveBatch& batch) {
    EXPECT_EQ(batch.source().subconsumer, "a");
    EXPECT_GT(batch.batch().tick, batch.batch().prev_tick);
    EXPECT_FALSE(batch.batch().tick_time.empty());
    inner = Consume(*second);  // while the first batch is open
    EXPECT_EQ(DataOf(batch), Numbers(1, 3));
  }));
  EXPECT_EQ(inner, Numbers(4, 6));
  EXPECT_EQ(Consume(*first), kNoBatch);
  EXPECT_EQ(Consume(*second), kNoBatch);
  EXPECT_EQ(ConsumerState("last_tick"), "3");
}

TEST_F(CoopConsumerTest, ABatchWhoseHandlerThrowsComesAgainToTheSame) {
  InsertBatch(1, 3);
  const auto first = Subconsumer("a"), second = Subconsumer("b");
  EXPECT_THROW(first->ProcessOne([](pgq::ActiveBatch&) { throw std::runtime_error("not today"); }),
               std::runtime_error);
  EXPECT_EQ(Consume(*second), kNoBatch);
  EXPECT_EQ(Consume(*first), Numbers(1, 3));
}

TEST_F(CoopConsumerTest, TheBatchOfADeadSubconsumerIsTakenOver) {
  InsertBatch(1, 3);
  {
    const auto dying = Subconsumer("a");
    EXPECT_THROW(
        dying->ProcessOne([](pgq::ActiveBatch&) { throw std::runtime_error("as if killed"); }),
        std::runtime_error);
  }
  EXPECT_EQ(Consume(*Subconsumer("b", "1 hour")), kNoBatch) << "not dead for an hour yet";
  admin().Exec(
      "update pgq.subscription set sub_active = now() - interval '2 hours' "
      "where sub_batch is not null");
  EXPECT_EQ(Consume(*Subconsumer("b", "1 hour")), Numbers(1, 3));
  EXPECT_EQ(ConsumerState("queue_name", "c.a"), "(none)");
  EXPECT_EQ(Consume(*Subconsumer("a")), kNoBatch);  // registers again
}

TEST_F(CoopConsumerTest, TheSlowOneThatWasTakenForDeadIsTold) {
  InsertBatch(1, 3);
  const auto slow = Subconsumer("a");
  try {
    slow->ProcessOne([&](pgq::ActiveBatch& batch) {
      EXPECT_EQ(DataOf(batch), Numbers(1, 3));
      admin().Exec(
          "update pgq.subscription set sub_active = now() - interval '2 hours' "
          "where sub_batch is not null");
      EXPECT_EQ(Consume(*Subconsumer("b", "1 hour")), Numbers(1, 3));
    });
    FAIL() << "finished a batch that was another's";
  } catch (const base::Error& e) {
    EXPECT_NE(std::string(e.what()).find("does not belong to this consumer any more"),
              std::string::npos)
        << e.what();
  }
}

TEST_F(CoopConsumerTest, RetriedEventsComeToAnySubconsumer) {
  InsertBatch(1, 3);
  const auto first = Subconsumer("a"), second = Subconsumer("b");
  first->ProcessOne([](pgq::ActiveBatch& batch) {
    batch.ForEach([&](const pgq::Event& event) {
      if (event.data == "2") batch.Retry(event.id, 0s);
    });
  });
  MoveRetries();
  EXPECT_EQ(Consume(*second), (std::vector<std::string>{"2"}));
}

TEST_F(CoopConsumerTest, ThreeSubconsumersSeeEverythingOnceAlsoWhenOneIsKilled) {
  constexpr int kBatches = 20;
  std::mutex mutex;
  std::vector<std::string> finished;
  std::vector<std::unique_ptr<base::Interrupt>> interrupts;
  std::vector<std::unique_ptr<pgq::CoopConsumer>> consumers;
  std::vector<std::unique_ptr<Running<pgq::CoopConsumer>>> threads;
  std::atomic<int> killed{0};
  for (const std::string name : {"a", "b", "c"}) {
    pgq::ConsumerOptions options = Options();
    options.connect = Connect("c." + name);
    interrupts.push_back(std::make_unique<base::Interrupt>());
    consumers.push_back(std::make_unique<pgq::CoopConsumer>(
        options, pgq::Subconsumer{name, std::nullopt}, *interrupts.back()));
    threads.push_back(std::make_unique<Running<pgq::CoopConsumer>>(
        *consumers.back(), *interrupts.back(), [&, name](pgq::ActiveBatch& batch) {
          if (name == "b" && killed.fetch_add(1) == 0) {
            test_support::Sql sql(Connect().connstr);
            sql.Exec(
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
                "where application_name = 'c.b'");
          }
          const std::vector<std::string> data = DataOf(batch);
          const std::lock_guard lock(mutex);
          finished.insert(finished.end(), data.begin(), data.end());
        }));
  }
  for (int i = 1; i <= kBatches || killed == 0; ++i) InsertBatch(i, i);
  const std::string events = admin().Value("select count(*) from pgq.event_1");
  EXPECT_TRUE(Eventually(60s, "all events", [&] {
    const std::lock_guard lock(mutex);
    return std::to_string(finished.size()) == events;
  }));
  for (auto& thread : threads) EXPECT_EQ(thread->Stop(), "");
  std::set<std::string> distinct(finished.begin(), finished.end());
  EXPECT_EQ(std::to_string(distinct.size()), events);
  EXPECT_EQ(std::to_string(finished.size()), events);
}

TEST_F(CoopConsumerTest, EmptyNamesAreRefused) { EXPECT_THROW(Subconsumer(""), base::Error); }

}  // namespace
