// Plain consumers on a node of a cascade: registered, paused, moved to another provider; each batch
// once.
#include "cascade/consumer.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/error.h"
#include "cascade/consumer_registration.h"
#include "cascade/worker.h"
#include "server/cascade/cascade_fixture.h"
#include "support/eventually.h"

namespace cascade {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;

// Of a branch that feeds consumers.
class SilentObserver final : public WorkerObserver {
 public:
  void Log(Severity, const std::string&) override {}
  void Started(const NodeInfo*) override {}
  void Applied(const BatchContext&, const BatchStats&) override {}
  void ConditionChanged(const pgq::ConditionChange&) override {}
};
class NoHandler final : public BatchHandler {
 public:
  pgq::BatchSize BeforeNextBatch(const NodeInfo&, pgq::TickId, pg::Connection&) override {
    return {};
  }
  std::string EventFilter() const override { return ""; }
  void OnBatch(const BatchContext&) override {}
  void Begin(const BatchContext&, pqxx::transaction_base&) override {}
  void Apply(const BatchContext&, pqxx::transaction_base&, std::span<const pgq::Event>) override {}
  void Finish(const BatchContext&, pqxx::transaction_base&) override {}
  void Committed(const BatchContext&) override {}
  void RolledBack() override {}
};

// A thread that runs until it is stopped; what ended it.
class Runner {
 public:
  explicit Runner(std::function<void(base::Interrupt&)> run)
      : thread_([this, run = std::move(run)] {
          try {
            run(interrupt_);
          } catch (const std::exception& error) {
            failure_ = error.what();
          }
        }) {}
  ~Runner() { Stop(); }
  std::string Stop() {
    interrupt_.Stop();
    if (thread_.joinable()) thread_.join();
    return failure_;
  }

 private:
  base::Interrupt interrupt_;
  std::string failure_;
  std::thread thread_;
};

class CascadedConsumerTest : public CascadeTest {
 protected:
  ConsumerOptions Options(const std::string& consumer = "c") {
    ConsumerOptions options;
    options.connstr = node_connstr_;
    options.queue = "q";
    options.consumer = consumer;
    options.poll_interval = 20ms;
    options.longest_pause = 20ms;
    return options;
  }
  Registered Register(const std::string& provider = "",
                      std::optional<pgq::TickId> first = std::nullopt) {
    return RegisterConsumer(Options(), provider, first, interrupt_);
  }
  void InsertBatch(int from, int to) {
    for (int i = from; i <= to; ++i) InsertEvent("e", std::to_string(i));
    Tick();
  }
  // Into public.applied, found by the database's search_path.
  static void Store(pqxx::transaction_base& target, std::span<const pgq::Event> events) {
    for (const pgq::Event& event : events)
      target.exec_params("insert into applied values ($1, $2, $3)", event.id.value(),
                         std::string(event.type_or_empty()), std::string(event.data_or_empty()));
  }
  std::string Applied() {
    return node_->Value("select coalesce(string_agg(data, ' ' order by ev_id), '') from applied");
  }
  std::string State(const std::string& column) {
    return node_->Value("select " + column +
                        " from pgq_node.local_state where consumer_name = 'c'");
  }
  static std::string AtProvider(test_support::Sql& provider, const std::string& column) {
    return provider.Value("select coalesce((select " + column +
                          "::text from pgq.get_consumer_info('q', 'c')), 'none')");
  }
  bool Process(Consumer& consumer) { return consumer.ProcessOne(Store); }
  // All that waits.
  void Drain(Consumer& consumer) {
    while (Process(consumer)) {
    }
  }
  std::unique_ptr<Runner> RunBranchWorker() {
    return std::make_unique<Runner>([this](base::Interrupt& interrupt) {
      WorkerOptions options;
      options.job_name = options.consumer = "worker";
      options.queue = "q";
      options.local_connstr = node_connstr_;
      options.application_name = "worker";
      options.loop_delay = 20ms;
      pgq::Conditions conditions("q");
      NoHandler handler;
      SilentObserver observer;
      Worker(options, handler, observer, conditions, interrupt).Run();
    });
  }
};

TEST_F(CascadedConsumerTest, AppliesEachBatchWithItsPosition) {
  CreateNodes("leaf");
  InsertBatch(1, 2);  // before the registration: not for it
  EXPECT_EQ(Register(), Registered::kNew);
  EXPECT_EQ(State("provider_node"), "root");
  EXPECT_EQ(State("last_tick_id"), AtProvider(*root_, "last_tick"));
  EXPECT_EQ(Register(), Registered::kWasThere);

  Consumer consumer(Options(), interrupt_);
  EXPECT_FALSE(Process(consumer));
  EXPECT_EQ(State("uptodate"), "t");
  InsertBatch(3, 4);
  root_->Exec("select pgq_node.register_location('q', 'far', 'dbname=far', false)");  // pgq.*
  InsertBatch(5, 5);
  Drain(consumer);
  EXPECT_EQ(Applied(), "3 4 5");
  EXPECT_EQ(State("last_tick_id"), AtProvider(*root_, "last_tick"));
  EXPECT_EQ(AtProvider(*root_, "current_batch"), "none") << "the batch is finished";
  EXPECT_EQ(node_->Value("select count(*) from pgq_node.node_location where node_name = 'far'"),
            "0")
      << "members are the worker's business";
}

TEST_F(CascadedConsumerTest, StartsAtTheTickAskedForAndReadsWhatItAskedFor) {
  CreateNodes("leaf");
  InsertBatch(1, 2);
  InsertEvent("other", "x");
  InsertBatch(3, 3);
  Register("root", pgq::TickId(1));
  ConsumerOptions options = Options();
  options.filter = "ev_type = 'e'";
  options.fetch_rows = 1;
  Consumer consumer(options, interrupt_);
  Drain(consumer);
  EXPECT_EQ(Applied(), "1 2 3");
}

TEST_F(CascadedConsumerTest, WritesAsAnApplicationDoes) {
  CreateNodes("leaf");
  node_->Exec(
      "create table seen (id int); create function note() returns trigger language plpgsql as "
      "'begin insert into public.seen values (1); return null; end';"
      "create trigger note after insert on applied for each row execute function note()");
  Register();
  InsertBatch(1, 1);
  Consumer consumer(Options(), interrupt_);
  Drain(consumer);
  EXPECT_EQ(node_->Value("select count(*) from seen"), "1") << "triggers fire";
}

TEST_F(CascadedConsumerTest, ABatchThatFailsComesAgainWhole) {
  CreateNodes("leaf");
  Register();
  InsertBatch(1, 3);
  Consumer consumer(Options(), interrupt_);
  const auto fail = [](pqxx::transaction_base& target, std::span<const pgq::Event> events) {
    Store(target, events);
    throw std::runtime_error("not today");
  };
  EXPECT_THROW(consumer.ProcessOne(fail), std::runtime_error);
  EXPECT_EQ(Applied(), "");
  EXPECT_EQ(State("cur_error"), "not today");
  EXPECT_TRUE(Process(consumer));
  EXPECT_EQ(Applied(), "1 2 3");
  EXPECT_EQ(State("cur_error"), "(null)");
}

// Killed between the target's commit and the end of the batch at the provider.
TEST_F(CascadedConsumerTest, ABatchThatIsAppliedAndNotFinishedIsSkipped) {
  CreateNodes("leaf");
  Register();
  InsertBatch(1, 3);
  RecordingHandler handler;
  handler.fail_at = RecordingHandler::Step::kCommitted;
  {
    Consumer consumer(Options(), interrupt_);
    EXPECT_THROW(consumer.ProcessOne(handler), std::runtime_error);
  }
  EXPECT_NE(AtProvider(*root_, "current_batch"), "none");
  Consumer consumer(Options(), interrupt_);
  EXPECT_TRUE(Process(consumer));
  EXPECT_EQ(Applied(), "1 2 3");
  EXPECT_EQ(AtProvider(*root_, "current_batch"), "none");
}

TEST_F(CascadedConsumerTest, RunSurvivesLostSessionsOfEitherSide) {
  CreateNodes("leaf");
  Register();
  Runner runner([&](base::Interrupt& interrupt) { Consumer(Options(), interrupt).Run(Store); });
  std::string expected;
  for (int round = 1; round <= 10; ++round) {
    expected += (round > 1 ? " " : "") + std::to_string(round);
    InsertBatch(round, round);
    (round % 2 ? *root_ : *node_)
        .Exec(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
            "'c' and datname = current_database()");
    EXPECT_TRUE(Eventually(20s, "the event is there", [&] { return Applied() == expected; }));
  }
  EXPECT_EQ(runner.Stop(), "");
  EXPECT_EQ(Applied(), expected);
}

// The provider was set back, and gives out the numbers of its ticks again.
TEST_F(CascadedConsumerTest, StopsWhereTheProviderLostTime) {
  CreateNodes("leaf");
  Register();
  InsertBatch(1, 2);
  Consumer consumer(Options(), interrupt_);
  Drain(consumer);
  root_->Exec(
      "update pgq.tick set tick_time = tick_time - interval '1 second', tick_event_seq = "
      "tick_event_seq + 1 where tick_id = (select last_tick from pgq.get_consumer_info('q', 'c'))");
  InsertBatch(3, 3);
  for (int i = 0; i < 2; ++i) {
    try {
      Process(consumer);
      ADD_FAILURE() << "went on";
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("is ahead of its provider"));
      EXPECT_THAT(error.what(), testing::StartsWith("consumer \"c\": "));
    }
  }
  EXPECT_EQ(Applied(), "1 2");
  EXPECT_THAT(State("cur_error"), testing::HasSubstr("is ahead of its provider"));
}

TEST_F(CascadedConsumerTest, StandsStillWhilePaused) {
  CreateNodes("leaf");
  Register();
  node_->Exec("select pgq_node.set_consumer_paused('q', 'c', true)");
  Runner runner([&](base::Interrupt& interrupt) { Consumer(Options(), interrupt).Run(Store); });
  EXPECT_TRUE(Eventually(20s, "the pause is noticed", [&] { return State("uptodate") == "t"; }));
  InsertBatch(1, 1);
  Consumer second(Options(), interrupt_);
  EXPECT_FALSE(Process(second));
  EXPECT_EQ(Applied(), "");
  node_->Exec("select pgq_node.set_consumer_paused('q', 'c', false)");
  EXPECT_TRUE(Eventually(20s, "the event is there", [&] { return Applied() == "1"; }));
  EXPECT_EQ(runner.Stop(), "");
}

TEST_F(CascadedConsumerTest, AnInterruptedRegistrationIsCompleted) {
  CreateNodes("leaf");
  root_->Exec("select pgq.register_consumer('q', 'c')");
  InsertBatch(1, 1);
  EXPECT_EQ(Register(), Registered::kNew);
  Consumer consumer(Options(), interrupt_);
  Drain(consumer);
  EXPECT_EQ(Applied(), "1");
  EXPECT_EQ(UnregisterConsumer(Options(), interrupt_), true);
  EXPECT_EQ(UnregisterConsumer(Options(), interrupt_), false);
  EXPECT_EQ(State("count(*)"), "0");
  EXPECT_EQ(AtProvider(*root_, "last_tick"), "none");
  EXPECT_THROW(Process(consumer), base::Error);
}

TEST_F(CascadedConsumerTest, AConsumerThatTheProviderLostIsPutBack) {
  CreateNodes("leaf");
  Register();
  root_->Exec("select pgq.unregister_consumer('q', 'c')");
  Consumer consumer(Options(), interrupt_);
  EXPECT_THROW(Process(consumer), pqxx::sql_error);
  EXPECT_THAT(State("cur_error"), testing::HasSubstr("Not subscriber to queue"));
  InsertBatch(1, 1);
  EXPECT_EQ(Register(), Registered::kWasThere);
  Drain(consumer);
  EXPECT_EQ(Applied(), "1");
}

TEST_F(CascadedConsumerTest, NamesOfOthersAreRefused) {
  CreateNodes("branch");
  for (const char* name : {"", "worker", ".node.watermark"})
    EXPECT_THROW(RegisterConsumer(Options(name), "", {}, interrupt_), base::Error) << name;
  EXPECT_THROW(Consumer(Options(""), interrupt_), base::Error);
  EXPECT_THROW(RegisterConsumer(Options("c"), "nowhere", {}, interrupt_), base::Error);
  EXPECT_THROW(Consumer(Options("worker"), interrupt_).ProcessOne(Store), base::Error);
  EXPECT_THROW(Process(*std::make_unique<Consumer>(Options(), interrupt_)), base::Error)
      << "not registered";
  // One that reads the provider's queue already.
  root_->Exec("select pgq.register_consumer('q', 'c'), pgq.ticker('q')");
  root_->Exec("select pgq.next_batch('q', 'c')");
  EXPECT_THROW(Register("root"), base::Error);
  EXPECT_EQ(State("count(*)"), "0");
  // At the root a subscriber's worker.
  ConsumerOptions at_root = Options("worker");
  at_root.connstr = root_connstr_;
  EXPECT_THROW(RegisterConsumer(at_root, "", {}, interrupt_), base::Error);
}

TEST_F(CascadedConsumerTest, NeedsNoMoreThanAnAdminHereAndAReaderThere) {
  CreateNodes("leaf");
  for (test_support::Sql* sql : {root_.get(), node_.get()})
    sql->Exec(
        "do $$ begin create role follower login; create role follower_reader login; exception when "
        "duplicate_object then null; end $$");
  node_->Exec("grant pgq_admin to follower; grant insert on applied to follower");
  root_->Exec("grant pgq_reader to follower_reader");
  ConsumerOptions options = Options();
  options.connstr += " user=follower";
  options.provider_extra_connstr = "user=follower_reader";
  RegisterConsumer(options, "", {}, interrupt_);
  InsertBatch(1, 1);
  {
    Consumer consumer(options, interrupt_);
    Drain(consumer);
  }
  EXPECT_EQ(Applied(), "1");
  EXPECT_TRUE(UnregisterConsumer(options, interrupt_));
  for (test_support::Sql* sql : {root_.get(), node_.get()})
    sql->Exec("revoke pgq_admin, pgq_reader from follower, follower_reader");
}

TEST_F(CascadedConsumerTest, ACopyOfTheNodesDatabaseIsRefused) {
  CreateNodes("leaf");
  Register();
  node_->Exec("update pgq_node.node_location set node_location = '" + root_connstr_ +
              "' where node_name = 'node'");
  Consumer consumer(Options(), interrupt_);
  EXPECT_THROW(Process(consumer), base::Error);
  EXPECT_EQ(AtProvider(*root_, "current_batch"), "none");
}

// From the root to the branch and back, again and again, while it runs.
TEST_F(CascadedConsumerTest, ChangesItsProviderWhileItRuns) {
  CreateNodes("branch");
  const auto worker = RunBranchWorker();
  Register();
  EXPECT_EQ(State("provider_node"), "node") << "its own node has a queue";
  Runner runner([&](base::Interrupt& interrupt) { Consumer(Options(), interrupt).Run(Store); });
  // The branch's first tick, at which it begins, is not the root's tick of that number.
  InsertBatch(1, 1);
  ASSERT_TRUE(Eventually(30s, "the first event is there", [&] { return Applied() == "1"; }));
  std::string expected = "1";
  for (int round = 1; round <= 6; ++round) {
    for (int tick = 0; tick < 5; ++tick) {
      const int number = round * 10 + tick;
      expected += " " + std::to_string(number);
      InsertBatch(number, number);
    }
    const std::string provider = round % 2 ? "root" : "node";
    EXPECT_EQ(ChangeConsumerProvider(Options(), provider, interrupt_), "");
    EXPECT_EQ(State("provider_node"), provider);
    EXPECT_EQ(State("paused"), "f");
    EXPECT_EQ(AtProvider(round % 2 ? *node_ : *root_, "last_tick"), "none");
    EXPECT_NE(AtProvider(round % 2 ? *root_ : *node_, "last_tick"), "none");
  }
  EXPECT_TRUE(Eventually(30s, "all events are there", [&] { return Applied() == expected; }))
      << Applied();
  EXPECT_EQ(runner.Stop(), "");
  EXPECT_EQ(worker->Stop(), "");
}

TEST_F(CascadedConsumerTest, ChangesItsProviderWhileNobodyRuns) {
  CreateNodes("branch");
  const auto worker = RunBranchWorker();
  Register("root");
  InsertBatch(1, 1);
  EXPECT_TRUE(Eventually(20s, "the branch has the tick", [&] {
    return node_->Value("select max(tick_id) from pgq.tick") ==
           root_->Value("select max(tick_id) from pgq.tick");
  }));
  EXPECT_EQ(ChangeConsumerProvider(Options(), "node", interrupt_, OldProvider::kIsGone), "");
  EXPECT_NE(AtProvider(*root_, "last_tick"), "none") << "not asked";
  Consumer consumer(Options(), interrupt_);
  Drain(consumer);
  EXPECT_EQ(Applied(), "1");
  EXPECT_THROW(ChangeConsumerProvider(Options(), "nowhere", interrupt_), base::Error);
  EXPECT_EQ(State("paused"), "f") << "as it was";
  node_->Exec("select pgq_node.set_consumer_paused('q', 'c', true)");
  EXPECT_EQ(ChangeConsumerProvider(Options(), "root", interrupt_), "");
  EXPECT_EQ(State("paused"), "t") << "as it was";
  EXPECT_EQ(worker->Stop(), "");
}

}  // namespace
}  // namespace cascade
