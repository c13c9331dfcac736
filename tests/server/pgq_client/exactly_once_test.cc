// Batches into another database, once each, whatever dies in between.
#include "pgq/exactly_once.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "pgq/coop_consumer.h"
#include "server/pgq_client/client_fixture.h"

namespace {

using namespace std::chrono_literals;

class ExactlyOnceTest : public ClientTest {
 protected:
  ExactlyOnceTest() {
    Register();
    target();
    once_ = std::make_unique<pgq::ExactlyOnce>(ConnectTarget(), interrupt_);
    consumer_ = std::make_unique<pgq::Consumer>(Options(), interrupt_);
  }

  static void Write(pgq::ActiveBatch& batch, pqxx::transaction_base& work) {
    batch.ForEach([&](const pgq::Event& event) {
      work.exec_params("insert into applied values ($1)", std::string(event.data_or_empty()));
    });
  }
  // One batch from the queue to the target; `after`: between the target's commit and finish_batch.
  pgq::ExactlyOnce::Outcome Move(const std::function<void()>& after = [] {}) {
    auto outcome = pgq::ExactlyOnce::Outcome::kWasDone;
    EXPECT_TRUE(consumer_->ProcessOne([&](pgq::ActiveBatch& batch) {
      outcome = once_->Process(batch, [&](pqxx::transaction_base& work) { Write(batch, work); });
      after();
    }));
    return outcome;
  }
  std::string Applied() {
    return target().Value("select string_agg(data, ' ' order by data) from applied");
  }
  // A consumer and its link to the target as after the start of another process.
  void StartAgain() {
    once_ = std::make_unique<pgq::ExactlyOnce>(ConnectTarget(), interrupt_);
    consumer_ = std::make_unique<pgq::Consumer>(Options(), interrupt_);
  }

  std::unique_ptr<pgq::ExactlyOnce> once_;
  std::unique_ptr<pgq::Consumer> consumer_;
};

using Outcome = pgq::ExactlyOnce::Outcome;

TEST_F(ExactlyOnceTest, AppliesEachBatch) {
  InsertBatch(1, 3);
  InsertBatch(4, 6);
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(Applied(), "1 2 3 4 5 6");
  EXPECT_EQ(target().Value("select consumer_id from pgq_ext.completed_batch"), "c");
}

TEST_F(ExactlyOnceTest, SkipsABatchAfterADeathBetweenCommitAndFinish) {
  InsertBatch(1, 3);
  EXPECT_THROW(Move([] { throw std::runtime_error("as if killed"); }), std::runtime_error);
  EXPECT_EQ(Applied(), "1 2 3");
  StartAgain();
  EXPECT_EQ(Move(), Outcome::kWasDone);
  EXPECT_EQ(Applied(), "1 2 3");
  InsertBatch(4, 4);
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(Applied(), "1 2 3 4");
}

TEST_F(ExactlyOnceTest, SkipsABatchAfterTheQueuesSessionDiedBeforeFinish) {
  InsertBatch(1, 3);
  EXPECT_THROW(Move([&] { KillSessions("c"); }), std::exception);
  EXPECT_EQ(Move(), Outcome::kWasDone);
  EXPECT_EQ(Applied(), "1 2 3");
}

TEST_F(ExactlyOnceTest, RepeatsABatchAfterADeathBeforeTheCommit) {
  InsertBatch(1, 3);
  EXPECT_THROW(consumer_->ProcessOne([&](pgq::ActiveBatch& batch) {
    once_->Process(batch, [&](pqxx::transaction_base& work) {
      Write(batch, work);
      target().Exec(
          "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
          "where application_name = 'client test target'");
    });
  }),
               std::exception);
  EXPECT_EQ(Applied(), "(null)");
  EXPECT_EQ(Move(), Outcome::kApplied);  // on a new session
  EXPECT_EQ(Applied(), "1 2 3");
}

TEST_F(ExactlyOnceTest, AHandlerThatThrowsUndoesItsPart) {
  InsertBatch(1, 3);
  EXPECT_THROW(consumer_->ProcessOne([&](pgq::ActiveBatch& batch) {
    once_->Process(batch, [&](pqxx::transaction_base& work) {
      Write(batch, work);
      throw std::runtime_error("not today");
    });
  }),
               std::runtime_error);
  EXPECT_EQ(Applied(), "(null)");
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(Applied(), "1 2 3");
}

TEST_F(ExactlyOnceTest, ARefusedCommitRepeatsTheBatch) {
  target().Exec(
      "alter table applied add unique (data) deferrable initially deferred; "
      "insert into applied values ('2')");
  InsertBatch(1, 3);
  EXPECT_THROW(Move(), pqxx::sql_error);  // by the commit itself
  target().Exec("delete from applied");
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(Applied(), "1 2 3");
}

TEST_F(ExactlyOnceTest, NoRetryIsLostBetweenCommitAndFinish) {
  InsertBatch(1, 3);
  EXPECT_THROW(consumer_->ProcessOne([&](pgq::ActiveBatch& batch) {
    once_->Process(batch, [&](pqxx::transaction_base& work) {
      batch.ForEach([&](const pgq::Event& event) {
        if (event.data == "2") {
          batch.Retry(event.id, 0s);
        } else {
          work.exec_params("insert into applied values ($1)", std::string(event.data_or_empty()));
        }
      });
    });
    throw std::runtime_error("as if killed");
  }),
               std::runtime_error);
  StartAgain();
  EXPECT_EQ(Move(), Outcome::kWasDone);
  EXPECT_EQ(Applied(), "1 3");
  MoveRetries();
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(Applied(), "1 2 3");
}

// A process of its own that dies by kill -9 at `step`.
enum class Step { kInTheMiddle, kBeforeCommit, kBeforeFinish, kAfterFinish };
void WorkAndDie(pgq::Consumer& consumer, pgq::ExactlyOnce& once, Step step) {
  const auto die_at = [&](Step here) {
    if (step == here) raise(SIGKILL);
  };
  consumer.ProcessOne([&](pgq::ActiveBatch& batch) {
    once.Process(batch, [&](pqxx::transaction_base& work) {
      batch.ForEach([&](const pgq::Event& event) {
        work.exec_params("insert into applied values ($1)", std::string(event.data_or_empty()));
        die_at(Step::kInTheMiddle);
      });
      die_at(Step::kBeforeCommit);
    });
    die_at(Step::kBeforeFinish);
  });
  die_at(Step::kAfterFinish);
}

TEST_F(ExactlyOnceTest, SurvivesKillNineBetweenAnyTwoSteps) {
  int last = 0;
  for (const Step step :
       {Step::kInTheMiddle, Step::kBeforeCommit, Step::kBeforeFinish, Step::kAfterFinish}) {
    SCOPED_TRACE(static_cast<int>(step));
    InsertBatch(last + 1, last + 3);
    last += 3;
    const pid_t child = fork();
    if (child == 0) {
      WorkAndDie(*consumer_, *once_, step);
      _exit(1);  // not reached
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
    pgq::ExactlyOnce once(ConnectTarget(), interrupt_);
    pgq::Consumer consumer(Options(), interrupt_);
    const bool came_again = consumer.ProcessOne([&](pgq::ActiveBatch& batch) {
      const auto outcome =
          once.Process(batch, [&](pqxx::transaction_base& work) { Write(batch, work); });
      EXPECT_EQ(outcome, step == Step::kBeforeFinish ? Outcome::kWasDone : Outcome::kApplied);
    });
    EXPECT_EQ(came_again, step != Step::kAfterFinish);
    EXPECT_EQ(target().Value("select count(*) from applied"), std::to_string(last));
    EXPECT_EQ(target().Value("select count(distinct data) from applied"), std::to_string(last));
  }
}

TEST_F(ExactlyOnceTest, IsKnownToTheTargetByTheNameGiven) {
  InsertBatch(1, 1);
  once_ = std::make_unique<pgq::ExactlyOnce>(ConnectTarget(), interrupt_, "q/c");
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(target().Value("select consumer_id from pgq_ext.completed_batch"), "q/c");
}

TEST_F(ExactlyOnceTest, CommitsAreOnDiskBeforeTheBatchIsFinished) {
  target().Exec(
      "do $$ begin execute format('alter database %I set synchronous_commit = off', "
      "current_database()); end $$");
  InsertBatch(1, 1);
  std::string setting;
  consumer_->ProcessOne([&](pgq::ActiveBatch& batch) {
    once_->Process(batch, [&](pqxx::transaction_base& work) {
      setting = work.exec1("show synchronous_commit")[0].as<std::string>();
    });
  });
  EXPECT_EQ(setting, "on");
}

TEST_F(ExactlyOnceTest, ByTicksItNoticesWhatIsMissing) {
  once_ = std::make_unique<pgq::ExactlyOnce>(ConnectTarget(), interrupt_, "",
                                             pgq::ExactlyOnce::Remember::kTick);
  InsertBatch(1, 1);
  InsertBatch(2, 2);
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(target().Value("select pgq_ext.get_last_tick('c')"), "2");
  EXPECT_THROW(Move([] { throw std::runtime_error("as if killed"); }), std::runtime_error);
  EXPECT_EQ(Move(), Outcome::kWasDone);
  // The consumer was moved back, or forth over a batch.
  admin().Exec("select pgq.register_consumer_at('q', 'c', 1)");
  EXPECT_THROW(Move(), base::Error);
  InsertBatch(3, 3);
  InsertBatch(4, 4);
  admin().Exec("select pgq.register_consumer_at('q', 'c', 4)");
  EXPECT_THROW(Move(), base::Error);
  admin().Exec("select pgq.register_consumer_at('q', 'c', 3)");
  EXPECT_EQ(Move(), Outcome::kApplied);
  EXPECT_EQ(Applied(), "1 2 3");
  EXPECT_EQ(target().Value("select count(*) from pgq_ext.completed_batch"), "0");

  pgq::CoopConsumer subconsumer(Options("shared"), {"s", std::nullopt}, interrupt_);
  InsertBatch(5, 5);
  subconsumer.ProcessOne([](pgq::ActiveBatch&) {});
  InsertBatch(6, 6);
  EXPECT_THROW(subconsumer.ProcessOne([&](pgq::ActiveBatch& batch) {
    once_->Process(batch, [](pqxx::transaction_base&) {});
  }),
               base::Error);
}

TEST_F(ExactlyOnceTest, SubconsumersAreToldApart) {
  InsertBatch(1, 1);
  InsertBatch(2, 2);
  pgq::CoopConsumer a(Options(), {"a", std::nullopt}, interrupt_);
  pgq::CoopConsumer b(Options(), {"b", std::nullopt}, interrupt_);
  const auto handler = [&](pgq::ActiveBatch& batch) {
    once_->Process(batch, [&](pqxx::transaction_base& work) { Write(batch, work); });
  };
  EXPECT_THROW(a.ProcessOne([&](pgq::ActiveBatch& batch) {
    handler(batch);
    b.ProcessOne(handler);  // a later batch is done meanwhile
    throw std::runtime_error("as if killed");
  }),
               std::runtime_error);
  EXPECT_TRUE(a.ProcessOne(handler));
  EXPECT_EQ(Applied(), "1 2");
}

TEST_F(ExactlyOnceTest, TakeOverAndOnceAreNotPromisedTogether) {
  InsertBatch(1, 1);
  pgq::CoopConsumer a(Options(), {"a", "1 hour"}, interrupt_);
  EXPECT_THROW(a.ProcessOne([&](pgq::ActiveBatch& batch) {
    once_->Process(batch, [&](pqxx::transaction_base& work) { Write(batch, work); });
  }),
               base::Error);
  EXPECT_EQ(Applied(), "(null)");
}

}  // namespace
