// pgqd behind a connection pooler, where consecutive queries may run in different server sessions.
#include <gmock/gmock.h>
#include <signal.h>

#include "e2e/pgqd/pgqd_fixture.h"
#include "support/pgbouncer.h"

namespace pgqd_test {
namespace {

using test_support::PgBouncer;
using test_support::Process;
using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

class PgqdPooler : public Pgqd, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    if (!PgBouncer::Installed())
      GTEST_SKIP() << "pgbouncer is not installed (scripts/setup --tests installs it)";
    CreateQueueDatabase("app");
    CreateQueueDatabase("other");
    // In session mode each connection of pgqd keeps a server session for itself.
    const std::string mode = GetParam();
    pooler_ = std::make_unique<PgBouncer>(server_, mode, mode == "session" ? 20 : 2);
  }

  std::string PooledIni(const std::string& name, const std::string& extra = "") {
    std::string ini = test_support::ReadWholeFile(WriteIni(extra, name));
    const auto at = ini.find("port=5432");
    ini.replace(at, 9, "port=6432");
    return dir_.Write(name + ".ini", ini);
  }
  void StartPooled(const std::string& extra = "") {
    pgqd_ =
        std::make_unique<Process>(std::vector<std::string>{"pgqd", "-v", PooledIni("pgqd", extra)});
  }
  // Nothing that pgqd left in the pooler's server sessions.
  void ExpectNoLocks() {
    EXPECT_EQ(Connect("app").Value("select count(*) from pg_locks where locktype = 'advisory'"),
              "0");
  }

  std::unique_ptr<PgBouncer> pooler_;
};

TEST_P(PgqdPooler, TicksAndMaintainsWithoutLeavingAnythingInASession) {
  Connect("postgres").Exec("alter database app set default_transaction_isolation = 'serializable'");
  StartPooled("maint_period = 1\nretry_period = 1\n");
  EXPECT_TRUE(Logs("[app]: connected through a connection pooler"));
  for (int i = 0; i < 3; ++i) {
    ExpectTicked("app");
    ExpectTicked("other");
  }
  EXPECT_TRUE(Logs("[other]: vacuum"));
  ExpectNoLocks();
  EXPECT_EQ(Stop(), 0);
  // A consumer that gets one of the sessions which served pgqd finds what it expects.
  if (std::string(GetParam()) == "transaction") {
    Sql sql(pooler_->Connstr("app"));
    EXPECT_EQ(sql.Value("show default_transaction_isolation"), "serializable");
    EXPECT_EQ(sql.Value("select count(*) from pg_prepared_statements"), "0");
  }
  StartPooled();
  ExpectTicked("app");
  // PgBouncer may answer a new client with what became of a cancel request, that of the first pgqd.
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR [")));
  EXPECT_THAT(Log(), Not(HasSubstr("another pgqd ticks")));
}

TEST_P(PgqdPooler, TwoOfThemDoNoHarm) {
  Sql sql = Connect("app");
  sql.Exec("select pgq.register_consumer('q', 'c')");
  StartPooled("ticker_period = 0.05\n");
  Process second({"pgqd", "-v", PooledIni("second", "ticker_period = 0.05\n")});
  EXPECT_TRUE(Logs("[app]: connected through a connection pooler", "second"));
  Sql writer = Connect("app");
  std::string seen, expected;
  for (int i = 1; i <= 100; ++i) {
    const std::string data = std::to_string(i);
    writer.Exec("select pgq.insert_event('q', 'type', '" + data + "')");
    expected += data + " ";
  }
  EXPECT_TRUE(test_support::Eventually(kSoon, "all events", [&] {
    const std::string batch = sql.Value("select pgq.next_batch('q', 'c')");
    if (batch == "(null)") return false;
    for (const auto& row :
         sql.Exec("select ev_data from pgq.get_batch_events(" + batch + ") order by ev_id"))
      seen += *row[0] + " ";
    sql.Exec("select pgq.finish_batch(" + batch + ")");
    return seen.size() >= expected.size();
  }));
  EXPECT_EQ(seen, expected) << "each once, in order";
  EXPECT_EQ(second.Stop(), 0);
  EXPECT_THAT(Log() + Log("second"), Not(HasSubstr("ERROR")));
}

TEST_P(PgqdPooler, OneThatIsConnectedDirectlyComesFirst) {
  Start();
  ExpectTicked("app");
  Process pooled({"pgqd", "-v", PooledIni("pooled")});
  EXPECT_TRUE(Logs("[app]: another pgqd ticks this database", "pooled"));
  EXPECT_TRUE(Logs("[other]: another pgqd ticks this database", "pooled"));
  ExpectTicked("app");
  EXPECT_EQ(Stop(), 0);
  EXPECT_TRUE(Logs("[app]: the other pgqd has ended", "pooled"));
  ExpectTicked("app");
  EXPECT_EQ(pooled.Stop(), 0);
}

TEST_P(PgqdPooler, ARestartOfPoolerOrServerIsSurvived) {
  StartPooled();
  ExpectTicked("app");
  pooler_->Kill();
  EXPECT_TRUE(Logs("could not connect"));
  pooler_->Start();
  ExpectTicked("app");
  ExpectTicked("other");
  server_.Restart();
  ExpectTicked("app");
  ExpectTicked("other");
  EXPECT_EQ(Stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Modes, PgqdPooler, testing::Values("transaction", "session"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace pgqd_test
