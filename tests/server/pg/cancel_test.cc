// Interrupt::Cancel ends what a session is doing, wherever it is.
#include <csignal>
#include <thread>

#include "pg/copy.h"
#include "pg/error.h"
#include "pg/pipeline.h"
#include "pg/result.h"
#include "server/pg/session_fixture.h"
#include "support/eventually.h"

namespace {

using namespace std::chrono_literals;

class CancelTest : public SessionTest {
 protected:
  // Cancels once the server shows `application_name` executing something that waits.
  std::thread CancelWhenBusy(const std::string& wait_condition) {
    return std::thread([this, wait_condition] {
      test_support::Sql watcher(Connstr());
      EXPECT_TRUE(test_support::Eventually(10s, wait_condition, [&] {
        return watcher.Value(
                   "select count(*) from pg_stat_activity where application_name = 'session test' "
                   "and " +
                   wait_condition) == "1";
      }));
      interrupt_.Cancel();
    });
  }
};

TEST_F(CancelTest, EndsAPqxxStatement) {
  const auto connection = Connect();
  auto canceller = CancelWhenBusy("wait_event = 'PgSleep'");
  pg::FailureKind kind = pg::FailureKind::kOther;
  try {
    pg::ExecAutocommit(*connection, "select pg_sleep(60)");
  } catch (const std::exception&) {
    kind = pg::DescribeCurrentFailure(&interrupt_).kind;
  }
  canceller.join();
  EXPECT_EQ(kind, pg::FailureKind::kInterrupted);
}

TEST_F(CancelTest, EndsANativeStatement) {
  const auto connection = Connect();
  auto canceller = CancelWhenBusy("wait_event = 'PgSleep'");
  EXPECT_THROW(pg::ExecNative(*connection, "select pg_sleep(60)"), base::Interrupted);
  canceller.join();
}

TEST_F(CancelTest, EndsAPipelineThatWaits) {
  admin().Exec("create table t (id int)");
  test_support::Sql holder(Connstr());
  holder.Exec("begin; lock table t");
  const auto connection = Connect();
  auto canceller = CancelWhenBusy("wait_event_type = 'Lock'");
  {
    pqxx::work transaction(*connection);
    pg::Pipeline pipeline(*connection, nullptr);
    pipeline.Prepare("ins", "insert into t values ($1)");
    pipeline.Execute(1, "ins", {"1"});
    EXPECT_THROW(pipeline.Sync(), base::Interrupted);
  }
  canceller.join();
}

TEST_F(CancelTest, EndsACopyThatWaits) {
  const auto connection = Connect();
  auto canceller = CancelWhenBusy("wait_event = 'PgSleep'");
  std::string_view chunk;
  EXPECT_THROW(
      {
        pg::CopyOut copy(*connection, "copy (select pg_sleep(60)) to stdout");
        copy.Next(chunk);
      },
      base::Interrupted);
  canceller.join();
}

// A server that no longer answers (stopped process) does not hold us: after two seconds of
// cancelling, the socket goes.
TEST_F(CancelTest, ShutsTheSocketOfASessionThatDoesNotAnswer) {
  const auto connection = Connect();
  const pid_t backend = PQbackendPID(connection->native());
  std::thread canceller([&] {
    test_support::Sql watcher(Connstr());
    test_support::WaitUntil(10s, [&] {
      return watcher.Value("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") ==
             "1";
    });
    kill(backend, SIGSTOP);
    const auto until = std::chrono::steady_clock::now() + 3s;
    test_support::WaitUntil(10s, [&] {
      interrupt_.Cancel();
      return std::chrono::steady_clock::now() > until;
    });
    kill(backend, SIGCONT);
  });
  EXPECT_THROW(pg::ExecNative(*connection, "select pg_sleep(60)"), base::Interrupted);
  canceller.join();
}

TEST_F(CancelTest, NothingIsStartedAfterwards) {
  interrupt_.Cancel();
  EXPECT_THROW(Connect(), base::Interrupted);
}

}  // namespace
