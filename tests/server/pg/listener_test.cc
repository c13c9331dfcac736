#include "pg/listener.h"

#include "server/pg/session_fixture.h"
#include "support/eventually.h"

namespace {

using namespace std::chrono_literals;

class ListenerTest : public SessionTest {
 protected:
  // The wake-up that each (re)connection gives is not what the tests are about.
  void AwaitConnected(const pg::Listener& listener) {
    ASSERT_TRUE(test_support::Eventually(20s, "listening", [&] { return listener.connected(); }));
    EXPECT_EQ(wake_.Sleep(base::Deadline::After(10s)), base::Interrupt::Woken::kWake);
  }
  base::Interrupt wake_;
};

TEST_F(ListenerTest, NotificationWakes) {
  const pg::Listener listener(Options("ear"), {"pgq_1", "Strange \"one\""}, wake_);
  AwaitConnected(listener);
  admin().Exec("notify pgq_1");
  EXPECT_EQ(wake_.Sleep(base::Deadline::After(10s)), base::Interrupt::Woken::kWake);
  admin().Exec("notify \"Strange \"\"one\"\"\"");
  EXPECT_EQ(wake_.Sleep(base::Deadline::After(10s)), base::Interrupt::Woken::kWake);
  admin().Exec("notify pgq_2");
  EXPECT_EQ(wake_.Sleep(base::Deadline::After(50ms)), base::Interrupt::Woken::kTimeout);
}

TEST_F(ListenerTest, ComesBackAfterALoss) {
  const pg::Listener listener(Options("ear"), {"pgq_1"}, wake_);
  AwaitConnected(listener);
  admin().Exec(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ear'");
  ASSERT_TRUE(test_support::Eventually(20s, "loss noticed", [&] { return !listener.connected(); }));
  AwaitConnected(listener);
  admin().Exec("notify pgq_1");
  EXPECT_EQ(wake_.Sleep(base::Deadline::After(10s)), base::Interrupt::Woken::kWake);
}

TEST_F(ListenerTest, EndsAtOnceWithoutAServer) {
  auto options = Options("ear");
  options.connstr = "host=/tmp/nowhere-at-all dbname=x";
  const pg::Listener listener(options, {"pgq_1"}, wake_);
  EXPECT_FALSE(listener.connected());
}

TEST_F(ListenerTest, HoldsNoTransaction) {
  const pg::Listener listener(Options("ear"), {"pgq_1"}, wake_);
  AwaitConnected(listener);
  EXPECT_EQ(admin().Value("select state from pg_stat_activity where application_name = 'ear'"),
            "idle");
}

}  // namespace
