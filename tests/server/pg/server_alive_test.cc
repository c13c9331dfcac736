// Sessions that wait for an answer which does not come.
#include "pg/server_alive.h"

#include <gmock/gmock.h>

#include <future>
#include <mutex>

#include "pg/error.h"
#include "pg/listener.h"
#include "server/pg/session_fixture.h"
#include "support/eventually.h"
#include "support/relay.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using testing::HasSubstr;

class ServerAliveTest : public SessionTest {
 protected:
  void SetUp() override {
    pg::WatchServers(300ms, [this](const pg::AliveReport& report) {
      const std::lock_guard lock(mutex_);
      reports_ += report.message + "\n";
    });
  }
  void TearDown() override { pg::WatchServers(0ms, {}); }

  std::unique_ptr<pg::Connection> ConnectThroughRelay() {
    pg::ConnectOptions options;
    options.connstr = relay_.Connstr(database_);
    options.connect_timeout = 500ms;
    return std::make_unique<pg::Connection>(options, interrupt_);
  }
  std::string Reports() {
    const std::lock_guard lock(mutex_);
    return reports_;
  }
  testing::AssertionResult Reported(const std::string& text) {
    return Eventually(30s, text, [&] { return Reports().find(text) != std::string::npos; });
  }

  test_support::Relay relay_{Server()};

 private:
  std::mutex mutex_;
  std::string reports_;
};

TEST_F(ServerAliveTest, AServerThatAnswersNobodyIsGivenUp) {
  const auto connection = ConnectThroughRelay();
  relay_.Freeze();
  EXPECT_THROW(pg::ExecAutocommit(*connection, "select 1"), pqxx::broken_connection);
  EXPECT_THAT(Reports(), HasSubstr("no answer from \"host="));
  EXPECT_THAT(Reports(), HasSubstr("a new connection gets no answer either"));
  EXPECT_THAT(Reports(), HasSubstr("timeout expired"));
  EXPECT_THAT(Reports(), HasSubstr("given up"));
}

TEST_F(ServerAliveTest, AConnectionThatLostWhatWasSentIsGivenUp) {
  const auto connection = ConnectThroughRelay();
  pg::ExecAutocommit(*connection, "select 1");
  relay_.FreezeOpenOnes();
  EXPECT_THROW(pg::ExecAutocommit(*connection, "select 1"), pqxx::broken_connection);
  EXPECT_THAT(Reports(), HasSubstr("is idle and waits for this program"));
}

TEST_F(ServerAliveTest, AProcessThatIsNoLongerThereIsMissed) {
  const auto connection = ConnectThroughRelay();
  pg::ExecAutocommit(*connection, "select 1");
  relay_.FreezeOpenOnes();
  admin().Exec("select pg_terminate_backend(" + std::to_string(connection->backend_pid()) +
               ", 10000)");
  EXPECT_THROW(pg::ExecAutocommit(*connection, "select 1"), pqxx::broken_connection);
  EXPECT_THAT(Reports(), HasSubstr("has ended"));
}

TEST_F(ServerAliveTest, AStatementAtWorkIsReportedAndLeftAlone) {
  const auto connection = ConnectThroughRelay();
  admin().Exec("select pg_advisory_lock(1)");
  auto waiting = std::async(std::launch::async, [&] {
    return pg::ExecAutocommit(*connection, "select 1 from pg_advisory_lock(1)").size();
  });
  EXPECT_TRUE(Reported("server process " + std::to_string(connection->backend_pid()) +
                       " has been active for"));
  EXPECT_THAT(Reports(), HasSubstr("waiting for Lock: advisory"));
  admin().Exec("select pg_advisory_unlock(1)");
  EXPECT_EQ(waiting.get(), 1U);
}

TEST_F(ServerAliveTest, ASilenceThatWasAnnouncedIsNotLookedAt) {
  const auto quiet = ConnectThroughRelay(), other = ConnectThroughRelay();
  quiet->ExpectSilence(1h);
  admin().Exec("select pg_advisory_lock(1)");
  const auto wait = [](pg::Connection& connection) {
    return pg::ExecAutocommit(connection, "select 1 from pg_advisory_lock(1)").size();
  };
  auto silent = std::async(std::launch::async, [&] { return wait(*quiet); });
  auto looked_at = std::async(std::launch::async, [&] { return wait(*other); });
  EXPECT_TRUE(Reported("server process " + std::to_string(other->backend_pid())));
  EXPECT_EQ(Reports().find(std::to_string(quiet->backend_pid())), std::string::npos);
  admin().Exec(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = "
      "'advisory'");
  EXPECT_THROW(silent.get(), std::exception);
  EXPECT_THROW(looked_at.get(), std::exception);
  admin().Exec("select pg_advisory_unlock(1)");
}

TEST_F(ServerAliveTest, AListenerNoticesThatNobodyIsThere) {
  pg::ConnectOptions options;
  options.connstr = relay_.Connstr(database_);
  options.connect_timeout = 500ms;
  pg::Listener listener(options, {"channel"}, interrupt_);
  EXPECT_TRUE(Eventually(30s, "listens", [&] { return listener.connected(); }));
  relay_.Freeze();
  EXPECT_TRUE(Eventually(30s, "noticed", [&] { return !listener.connected(); }));
  relay_.Thaw();
  EXPECT_TRUE(Eventually(30s, "listens again", [&] { return listener.connected(); }));
}

}  // namespace
