// More databases than the server has connections.
#include <gmock/gmock.h>
#include <signal.h>

#include <filesystem>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

constexpr int kPlain = 24, kQueues = 6;

class PgqdMany : public Pgqd {
 protected:
  PgqdMany() : Pgqd({"max_connections = 20", "log_connections = on"}) {
    for (int i = 0; i < kPlain; ++i) server_.CreateDatabase("plain" + std::to_string(i));
    CreateQueueDatabase("queue0");
    for (int i = 1; i < kQueues; ++i) server_.CreateDatabase("queue" + std::to_string(i), "queue0");
  }
};

TEST_F(PgqdMany, AreLookedAtAFewAtATime) {
  Start("check_period = 1\nmaint_period = 1\nretry_period = 1\n");
  for (int i = 0; i < kQueues; ++i) ExpectTicked("queue" + std::to_string(i));
  for (int i = 0; i < kPlain; ++i) EXPECT_TRUE(Logs("[plain" + std::to_string(i) + "]: no pgq"));
  // Each is looked at again: that is some hundred sessions more.
  EXPECT_TRUE(test_support::Eventually(kSoon, "four rounds", [&] {
    const std::string log = test_support::ReadWholeFile(server_.log_path());
    int seen = 0;
    for (std::size_t at = 0; (at = log.find("connection authorized: user=postgres database=plain23",
                                            at)) != std::string::npos;
         ++at)
      ++seen;
    return seen >= 5;  // one by the test
  }));
  for (int i = 0; i < kQueues; ++i) ExpectTicked("queue" + std::to_string(i));
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR"))) << "there is always room for one more session";
  // When at rest: one session a database with PgQ, and perhaps one for the gate.
  Sql admin = Connect("postgres");
  EXPECT_TRUE(Becomes(admin,
                      "select count(*) from pg_stat_activity where application_name like 'pgqd%'",
                      std::to_string(kQueues + (waits_at_server() ? 0 : 1))));
  EXPECT_EQ(Stop(), 0);
}

// Two descriptors to wake a thread, and a session: a thousand do not last for long.
TEST_F(PgqdMany, TheLimitOfOpenFilesIsRaised) {
  pgqd_ = std::make_unique<test_support::Process>(std::vector<std::string>{
      "/bin/sh", "-c", "ulimit -Sn 60; exec \"$0\" -v \"$1\"", PgqdPath(), WriteIni()});
  for (int i = 0; i < kQueues; ++i) ExpectTicked("queue" + std::to_string(i));
  const auto files = std::distance(
      std::filesystem::directory_iterator("/proc/" + std::to_string(pgqd_->pid()) + "/fd"),
      std::filesystem::directory_iterator());
  EXPECT_GT(files, 60);
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdMany, WhatCannotBeStartedIsTriedAgainAndTheRestGoesOn) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer looks at objects through a pipe, and ends pgqd when it gets none";
#endif
  // Room for one database and the way to find the others.
  pgqd_ = std::make_unique<test_support::Process>(
      std::vector<std::string>{"/bin/sh", "-c", "ulimit -n 50; exec \"$0\" -v \"$1\"", PgqdPath(),
                               WriteIni("database_list = queue0\n")});
  ExpectTicked("queue0");
  WriteIni("check_period = 0.2\n");
  pgqd_->Signal(SIGHUP);
  EXPECT_TRUE(Logs("could not start a thread"));
  EXPECT_TRUE(Logs("HINT:  Raise the limits"));
  ExpectTicked("queue0");
  // When others leave there is room.
  for (int i = 0; i < kPlain; ++i) server_.DropDatabase("plain" + std::to_string(i));
  for (int i = 2; i < kQueues; ++i) server_.DropDatabase("queue" + std::to_string(i));
  ExpectTicked("queue1");
  ExpectTicked("queue0");
  EXPECT_EQ(Stop(), 0);
}

}  // namespace
}  // namespace pgqd_test
