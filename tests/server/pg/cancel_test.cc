// Interrupt::Cancel ends what a session is doing, wherever it is.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "pg/cancel_request.h"
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

// A server that closes the connection of a cancel request before it has read it (it is being
// stopped, or cannot fork) is no reason to die of SIGPIPE.
TEST_F(CancelTest, OutlivesAServerThatClosesTheRequestAtOnce) {
  const auto connection = Connect();
  pg::CancelRequest request(connection->native());
  const std::string path = std::string(PQhost(connection->native())) + "/.s.PGSQL.5432";
  ASSERT_EQ(rename(path.c_str(), (path + ".real").c_str()), 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener, 10), 0);
  std::thread closer([listener] {
    for (int fd = accept(listener, nullptr, nullptr); fd >= 0;
         fd = accept(listener, nullptr, nullptr))
      close(fd);
  });
  for (int i = 0; i < 2000; ++i) request.Send();
  shutdown(listener, SHUT_RDWR);
  closer.join();
  close(listener);
  ASSERT_EQ(rename((path + ".real").c_str(), path.c_str()), 0);
  EXPECT_EQ(PQstatus(connection->native()), CONNECTION_OK);
}

TEST_F(CancelTest, NothingIsStartedAfterwards) {
  interrupt_.Cancel();
  EXPECT_THROW(Connect(), base::Interrupted);
}

}  // namespace
