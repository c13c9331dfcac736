// The consumer's loop: batches, failures, retries, stop.
#include "pgq/consumer.h"

#include "pgq/subscription.h"
#include "server/pgq_client/client_fixture.h"
#include "support/eventually.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;

class ConsumerTest : public ClientTest {
 protected:
  // One batch of consumer `c`; what was in it, or {"no batch"}.
  std::vector<std::string> Consume(pgq::Consumer& consumer) {
    std::vector<std::string> seen{"no batch"};
    consumer.ProcessOne([&](pgq::ActiveBatch& batch) { seen = DataOf(batch); });
    return seen;
  }
  static inline const std::vector<std::string> kNoBatch{"no batch"};
};

TEST_F(ConsumerTest, RegistersReadsAndFinishes) {
  InsertBatch(1, 3);  // before the registration: not for it
  pgq::Consumer consumer(Options(), interrupt_);
  EXPECT_EQ(Consume(consumer), kNoBatch);
  InsertBatch(4, 6);
  EXPECT_EQ(Consume(consumer), Numbers(4, 6));
  EXPECT_EQ(ConsumerState("current_batch"), "(null)");
  EXPECT_EQ(Consume(consumer), kNoBatch);
}

TEST_F(ConsumerTest, StartsAtTheTickAskedForButOnlyOnce) {
  InsertBatch(1, 3);
  pgq::ConsumerOptions options = Options();
  options.first_tick = pgq::TickId(1);
  {
    pgq::Consumer consumer(options, interrupt_);
    EXPECT_EQ(Consume(consumer), Numbers(1, 3));
  }
  pgq::Consumer again(options, interrupt_);
  EXPECT_EQ(Consume(again), kNoBatch);
}

TEST_F(ConsumerTest, WithoutRegistrationAnUnknownConsumerIsAnError) {
  pgq::ConsumerOptions options = Options();
  options.registration = pgq::Registration::kNever;
  pgq::Consumer consumer(options, interrupt_);
  EXPECT_THROW(Consume(consumer), pqxx::sql_error);
  EXPECT_EQ(ConsumerState("queue_name"), "(none)");
}

TEST_F(ConsumerTest, AConsumerUnregisteredMeanwhileIsNotRegisteredAgain) {
  pgq::Consumer consumer(Options(), interrupt_);
  EXPECT_EQ(Consume(consumer), kNoBatch);
  admin().Exec("select pgq.unregister_consumer('q', 'c')");
  EXPECT_THROW(Consume(consumer), pqxx::sql_error);
  KillSessions("c");
  EXPECT_THROW(Consume(consumer), pqxx::broken_connection);
  EXPECT_THROW(Consume(consumer), pqxx::sql_error);  // connected again
  EXPECT_EQ(ConsumerState("queue_name"), "(none)");
}

TEST_F(ConsumerTest, EmptyNamesAreRefused) {
  EXPECT_THROW(pgq::Consumer(Options(""), interrupt_), base::Error);
  pgq::ConsumerOptions options = Options();
  options.queue.clear();
  EXPECT_THROW(pgq::Consumer(options, interrupt_), base::Error);
}

TEST_F(ConsumerTest, HoldsAPieceOfEventsAtATime) {
  Register();
  InsertBatch(1, 25);
  pgq::ConsumerOptions options = Options();
  options.fetch_rows = 10;
  pgq::Consumer consumer(options, interrupt_);
  std::vector<std::size_t> pieces;
  consumer.ProcessOne([&](pgq::ActiveBatch& batch) {
    pgq::EventChunk chunk;
    while (batch.Next(chunk)) pieces.push_back(chunk.size());
    EXPECT_FALSE(batch.Next(chunk));
  });
  EXPECT_EQ(pieces, (std::vector<std::size_t>{10, 10, 5}));
}

TEST_F(ConsumerTest, FilterIsAppliedByTheServer) {
  Register();
  InsertBatch(1, 9);
  pgq::ConsumerOptions options = Options();
  options.filter = "ev_data in ('3', '5')";
  pgq::Consumer consumer(options, interrupt_);
  EXPECT_EQ(Consume(consumer), (std::vector<std::string>{"3", "5"}));
}

TEST_F(ConsumerTest, LargerBatchesOnRequest) {
  Register();
  for (int i = 1; i <= 5; ++i) InsertBatch(i, i);
  pgq::ConsumerOptions options = Options();
  options.batch_size.min_count = 1'000'000;
  {
    pgq::Consumer patient(options, interrupt_);
    EXPECT_EQ(Consume(patient), kNoBatch);
  }
  options.batch_size.min_count.reset();
  options.batch_size.min_lag = "1 hour";
  {
    pgq::Consumer late(options, interrupt_);
    EXPECT_EQ(Consume(late), kNoBatch);
  }
  options.batch_size.min_lag.reset();
  options.batch_size.min_count = 4500;  // a forced tick burns 2000 ids: three ticks
  pgq::Consumer consumer(options, interrupt_);
  EXPECT_EQ(Consume(consumer), Numbers(1, 3));
}

TEST_F(ConsumerTest, ABatchWhoseHandlerThrowsComesAgain) {
  Register();
  InsertBatch(1, 3);
  pgq::Consumer consumer(Options(), interrupt_);
  EXPECT_THROW(consumer.ProcessOne([](pgq::ActiveBatch& batch) {
    batch.Retry(pgq::EventId(1), 0s);
    throw std::runtime_error("not today");
  }),
               std::runtime_error);
  EXPECT_EQ(admin().Value("select count(*) from pgq.retry_queue"), "0");
  EXPECT_EQ(Consume(consumer), Numbers(1, 3));
}

TEST_F(ConsumerTest, ABatchMayBeLeftUnreadOrHalfRead) {
  Register();
  InsertBatch(1, 30);
  pgq::ConsumerOptions options = Options();
  options.fetch_rows = 10;
  pgq::Consumer consumer(options, interrupt_);
  EXPECT_TRUE(consumer.ProcessOne([](pgq::ActiveBatch& batch) {
    pgq::EventChunk chunk;
    EXPECT_TRUE(batch.Next(chunk));
  }));
  InsertBatch(31, 33);
  EXPECT_TRUE(consumer.ProcessOne([](pgq::ActiveBatch&) {}));
  EXPECT_EQ(Consume(consumer), kNoBatch);
}

TEST_F(ConsumerTest, RetriesEventsAfterADelayOrATime) {
  Register();
  InsertBatch(1, 4);
  pgq::Consumer consumer(Options(), interrupt_);
  const auto at = std::chrono::system_clock::from_time_t(2'000'000'000) + 250ms;
  consumer.ProcessOne([&](pgq::ActiveBatch& batch) {
    batch.ForEach([&](const pgq::Event& event) {
      EXPECT_EQ(event.retry, std::nullopt);
      if (event.data == "1" || event.data == "4") batch.Retry(event.id, 0s);
      if (event.data == "2") batch.Retry(event.id, 3600s);
      if (event.data == "3") batch.RetryAt(event.id, at);
    });
  });
  EXPECT_EQ(admin().Value("select extract(epoch from ev_retry_after) from pgq.retry_queue "
                          "where ev_data = '3'"),
            "2000000000.250000");
  EXPECT_EQ(admin().Value("select ev_retry_after > now() + interval '3500 seconds' "
                          "from pgq.retry_queue where ev_data = '2'"),
            "t");
  MoveRetries();
  std::vector<std::string> seen;
  consumer.ProcessOne([&](pgq::ActiveBatch& batch) {
    batch.ForEach([&](const pgq::Event& event) {
      EXPECT_EQ(event.retry, "1");
      seen.emplace_back(event.data_or_empty());
    });
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "4"}));
}

TEST_F(ConsumerTest, RetriesAWholeBatchThoseAskedForByThemselvesAtTheirTime) {
  Register();
  InsertBatch(1, 4);
  pgq::Consumer consumer(Options(), interrupt_);
  consumer.ProcessOne([](pgq::ActiveBatch& batch) {
    batch.ForEach([&](const pgq::Event& event) {
      if (event.data == "2") batch.Retry(event.id, 3600s);
    });
    batch.RetryAll(0s);
  });
  MoveRetries();
  EXPECT_EQ(Consume(consumer), (std::vector<std::string>{"1", "3", "4"}));
  EXPECT_EQ(admin().Value("select ev_data from pgq.retry_queue"), "2");
}

TEST_F(ConsumerTest, RetryOfAForeignEventLeavesTheBatchUnfinished) {
  Register();
  InsertBatch(1, 3);
  pgq::Consumer consumer(Options(), interrupt_);
  EXPECT_THROW(consumer.ProcessOne([](pgq::ActiveBatch& batch) {
    batch.RetryAll(0s);
    batch.Retry(pgq::EventId(99'999'999), 0s);
  }),
               pqxx::sql_error);
  EXPECT_EQ(admin().Value("select count(*) from pgq.retry_queue"), "0");
  EXPECT_EQ(Consume(consumer), Numbers(1, 3));
}

TEST_F(ConsumerTest, SurvivesTheDeathOfItsSessionInTheMiddleOfABatch) {
  Register();
  InsertBatch(1, 30);
  pgq::ConsumerOptions options = Options();
  options.fetch_rows = 10;
  std::vector<pg::Failure> failures;
  options.on_failure = [&](const pg::Failure& failure, base::Duration) {
    failures.push_back(failure);
    return pgq::AfterFailure::kRetry;
  };
  pgq::Consumer consumer(options, interrupt_);
  std::vector<std::string> seen;
  int calls = 0;
  consumer.Run([&](pgq::ActiveBatch& batch) {
    pgq::EventChunk chunk;
    ASSERT_TRUE(batch.Next(chunk));
    if (++calls == 1) KillSessions("c");
    seen = DataOf(batch);  // the rest
    interrupt_.Stop();
  });
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(seen, Numbers(11, 30));
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].kind, pg::FailureKind::kConnectionLost);
  EXPECT_EQ(ConsumerState("current_batch"), "(null)");
}

TEST_F(ConsumerTest, SurvivesTheDeathOfItsSessionBetweenHandlerAndEnd) {
  Register();
  InsertBatch(1, 3);
  pgq::Consumer consumer(Options(), interrupt_);
  int calls = 0;
  consumer.Run([&](pgq::ActiveBatch& batch) {  // lost connections are tried again by default
    EXPECT_EQ(DataOf(batch), Numbers(1, 3));
    if (++calls == 1) {
      KillSessions("c");
    } else {
      interrupt_.Stop();
    }
  });
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(ConsumerState("current_batch"), "(null)");
}

TEST_F(ConsumerTest, SurvivesARestartOfTheServer) {
  test_support::PostgresServer server;
  server.CreateDatabaseWithSchemas("db");
  const auto admin = [&] { return test_support::Sql(server.Connstr("db")); };
  admin().Exec("select pgq.create_queue('q'), pgq.register_consumer('q', 'c')");
  pgq::ConsumerOptions options = Options();
  options.connect.connstr = server.Connstr("db");
  pgq::Consumer consumer(options, interrupt_);
  std::atomic<int> events{0};
  Running running(consumer, interrupt_, [&](pgq::ActiveBatch& batch) {
    events += static_cast<int>(batch.ForEach([](const pgq::Event&) {}));
  });
  const auto add = [&] {
    admin().Exec("select pgq.insert_event('q', 't', 'd')");
    admin().Exec("select pgq.force_tick('q')");
    admin().Exec("select pgq.ticker('q')");
  };
  add();
  EXPECT_TRUE(Eventually(60s, "the first event", [&] { return events == 1; }));
  server.Restart();
  add();
  EXPECT_TRUE(Eventually(60s, "the second event", [&] { return events == 2; }));
  EXPECT_EQ(running.Stop(), "");
}

TEST_F(ConsumerTest, GivesUpWhenToldTo) {
  Register();
  InsertBatch(1, 3);
  pgq::ConsumerOptions options = Options();
  std::vector<base::Duration> pauses;
  options.longest_pause = 300ms;
  options.on_failure = [&](const pg::Failure& failure, base::Duration pause) {
    EXPECT_EQ(failure.message, "not today");
    EXPECT_EQ(ConsumerState("current_batch is not null"), "t");
    pauses.push_back(pause);
    return pauses.size() < 3 ? pgq::AfterFailure::kRetry : pgq::AfterFailure::kGiveUp;
  };
  pgq::Consumer consumer(options, interrupt_);
  EXPECT_THROW(consumer.Run([](pgq::ActiveBatch&) { throw std::runtime_error("not today"); }),
               std::runtime_error);
  ASSERT_EQ(pauses.size(), 3U);
  EXPECT_GE(pauses[0], 150ms);
  EXPECT_LE(pauses[2], 300ms);
  EXPECT_GT(pauses[2], pauses[0]);
}

TEST_F(ConsumerTest, WithoutAWordOnFailuresTheHandlersOwnEndTheLoop) {
  Register();
  InsertBatch(1, 3);
  pgq::Consumer consumer(Options(), interrupt_);
  EXPECT_THROW(consumer.Run([](pgq::ActiveBatch&) { throw std::runtime_error("not today"); }),
               std::runtime_error);
}

TEST_F(ConsumerTest, WithoutAWordOnFailuresTheFirstConnectMustSucceed) {
  pgq::ConsumerOptions options = Options();
  options.connect.connstr += " port=1";
  pgq::Consumer consumer(options, interrupt_);
  EXPECT_THROW(consumer.Run([](pgq::ActiveBatch&) {}), pg::ConnectFailed);
}

TEST_F(ConsumerTest, ABatchLostToSomebodyElseIsReported) {
  Register();
  InsertBatch(1, 3);
  pgq::Consumer consumer(Options(), interrupt_);
  EXPECT_THROW(consumer.ProcessOne([&](pgq::ActiveBatch& batch) {
    admin().Exec("select pgq.finish_batch(" + base::ToString(batch.id()) + ")");
  }),
               base::Error);
  EXPECT_EQ(Consume(consumer), kNoBatch);
}

TEST_F(ConsumerTest, StopLetsTheBatchAtHandBeFinished) {
  Register();
  InsertBatch(1, 3);
  InsertBatch(4, 6);
  pgq::Consumer consumer(Options(), interrupt_);
  int batches = 0;
  consumer.Run([&](pgq::ActiveBatch& batch) {
    interrupt_.Stop();
    EXPECT_EQ(DataOf(batch), Numbers(1, 3));
    ++batches;
  });
  EXPECT_EQ(batches, 1);
  EXPECT_EQ(ConsumerState("current_batch"), "(null)");
  EXPECT_EQ(ConsumerState("last_tick"), "2");
}

TEST_F(ConsumerTest, CancelBreaksOffAndTheBatchComesAgain) {
  Register();
  InsertBatch(1, 3);
  {
    pgq::Consumer consumer(Options(), interrupt_);
    consumer.Run([&](pgq::ActiveBatch& batch) {
      interrupt_.Cancel();
      DataOf(batch);
      ADD_FAILURE() << "read on after Cancel";
    });
  }
  base::Interrupt fresh;
  pgq::Consumer again(Options(), fresh);
  EXPECT_EQ(Consume(again), Numbers(1, 3));
}

TEST_F(ConsumerTest, StopEndsAnIdleWaitAtOnce) {
  pgq::ConsumerOptions options = Options();
  options.poll_interval = 24h;
  pgq::Consumer consumer(options, interrupt_);
  Running running(consumer, interrupt_, [](pgq::ActiveBatch&) {});
  EXPECT_TRUE(Eventually(60s, "registered", [&] { return ConsumerState("lag") != "(none)"; }));
  EXPECT_EQ(running.Stop(), "");
}

TEST_F(ConsumerTest, StopEndsThePauseAfterAFailureAtOnce) {
  Register();
  InsertBatch(1, 3);
  pgq::ConsumerOptions options = Options();
  options.longest_pause = 24h;
  std::atomic<int> failures{0};
  options.on_failure = [&](const pg::Failure&, base::Duration) {
    ++failures;
    return pgq::AfterFailure::kRetry;
  };
  pgq::Consumer consumer(options, interrupt_);
  Running running(consumer, interrupt_,
                  [](pgq::ActiveBatch&) { throw std::runtime_error("not today"); });
  EXPECT_TRUE(Eventually(60s, "four failures", [&] { return failures >= 4; }));
  EXPECT_EQ(running.Stop(), "");
}

TEST_F(ConsumerTest, IsWokenByTheTickersNotification) {
  Register();
  pgq::ConsumerOptions options = Options();
  options.poll_interval = 24h;  // only the notification can end the wait
  pgq::Consumer consumer(options, interrupt_);
  std::atomic<int> batches{0};
  Running running(consumer, interrupt_, [&](pgq::ActiveBatch&) { ++batches; });
  const auto listens = [&] {
    return admin().Value(
               "select count(*) from pg_stat_activity where application_name = "
               "'c listen' and query = 'listen \"pgq_1\"' and state = 'idle'") == "1";
  };
  EXPECT_TRUE(Eventually(60s, "listening", listens));
  for (int i = 1; i <= 3; ++i) {
    InsertBatch(i, i);
    admin().Exec("notify pgq_1");
    EXPECT_TRUE(Eventually(60s, "a batch", [&] { return batches == i; }));
  }
}

TEST_F(ConsumerTest, PollsWithoutListening) {
  pgq::ConsumerOptions options = Options();
  options.wakening = pgq::Wakening::kPollOnly;
  Register();
  pgq::Consumer consumer(options, interrupt_);
  std::atomic<int> batches{0};
  Running running(consumer, interrupt_, [&](pgq::ActiveBatch&) { ++batches; });
  InsertBatch(1, 1);
  EXPECT_TRUE(Eventually(60s, "a batch", [&] { return batches == 1; }));
  EXPECT_EQ(admin().Value("select count(*) from pg_stat_activity where application_name = "
                          "'c listen'"),
            "0");
}

TEST_F(ConsumerTest, HoldsNoTransactionWhileIdle) {
  pgq::Consumer consumer(Options(), interrupt_);
  EXPECT_EQ(Consume(consumer), kNoBatch);
  EXPECT_EQ(admin().Value("select string_agg(state, ',') from pg_stat_activity "
                          "where application_name = 'c'"),
            "idle");
}

TEST_F(ConsumerTest, IsToldOfEachNewSession) {
  int sessions = 0;
  pgq::ConsumerOptions options = Options("watched");
  options.on_connect = [&](pg::Connection& connection) {
    pqxx::work work(connection);
    EXPECT_TRUE(pgq::GetConsumerInfo(work, "q", "watched"));
    if (++sessions == 2) throw std::runtime_error("not today");
  };
  pgq::Consumer consumer(options, interrupt_);
  EXPECT_FALSE(consumer.ProcessOne([](pgq::ActiveBatch&) {}));
  EXPECT_FALSE(consumer.ProcessOne([](pgq::ActiveBatch&) {}));
  EXPECT_EQ(sessions, 1);
  KillSessions("watched");
  EXPECT_ANY_THROW(consumer.ProcessOne([](pgq::ActiveBatch&) {}));  // the session is lost
  EXPECT_THROW(consumer.ProcessOne([](pgq::ActiveBatch&) {}), std::runtime_error);
  EXPECT_FALSE(consumer.ProcessOne([](pgq::ActiveBatch&) {}));
  EXPECT_EQ(sessions, 3);
}

}  // namespace
