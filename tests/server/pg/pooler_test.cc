// Sessions through a connection pooler.
#include <gmock/gmock.h>

#include "pg/conninfo.h"
#include "pg/error.h"
#include "pg/pooler.h"
#include "pg/raw_session.h"
#include "server/pg/session_fixture.h"
#include "support/pgbouncer.h"

namespace {

using test_support::PgBouncer;
using test_support::Sql;
using testing::HasSubstr;

class PoolerTest : public SessionTest {
 protected:
  void SetUp() override {
    if (!PgBouncer::Installed())
      GTEST_SKIP() << "pgbouncer is not installed (scripts/setup --tests installs it)";
  }
  void StartPooler(const std::string& mode, int pool_size) {
    pooler_ = std::make_unique<PgBouncer>(Server(), mode, pool_size);
  }
  std::unique_ptr<pg::Connection> Open(pg::TransactionPools pools) {
    pg::ConnectOptions options;
    options.connstr = pooler_->Connstr(database_);
    options.transaction_pools = pools;
    return std::make_unique<pg::Connection>(options, interrupt_);
  }
  std::string Refusal() {
    try {
      Open(pg::TransactionPools::kRefuse);
    } catch (const pg::ConnectFailed& failure) {
      return failure.what() + std::string("\n") + failure.hint();
    }
    ADD_FAILURE() << "connected";
    return {};
  }
  // What the next client of the pool finds.
  std::string Setting(const std::string& name) {
    Sql other(pooler_->Connstr(database_));
    return other.Value("show " + name);
  }

  std::unique_ptr<PgBouncer> pooler_;
};

TEST_F(PoolerTest, TransactionModeIsRefusedBeforeAnythingIsSet) {
  Server().CreateDatabase("unused");
  admin().Exec("alter database " + database_ + " set statement_timeout = '1h'; alter database " +
               database_ + " set extra_float_digits = 0");
  for (const int pool_size : {1, 5}) {
    StartPooler("transaction", pool_size);
    const std::string refusal = Refusal();
    EXPECT_THAT(refusal, HasSubstr("connection pooler in transaction mode"));
    EXPECT_THAT(refusal, HasSubstr("pool_mode = session"));
    EXPECT_EQ(Setting("statement_timeout"), "1h");
    EXPECT_EQ(Setting("extra_float_digits"), "0");
    pooler_->Kill();
  }
}

TEST_F(PoolerTest, TransactionModeIsRefusedWhileThePoolIsInUse) {
  StartPooler("transaction", 4);
  // Server sessions that are open and free, and some that others hold.
  std::vector<std::unique_ptr<Sql>> others;
  for (int i = 0; i < 4; ++i) {
    others.push_back(std::make_unique<Sql>(pooler_->Connstr(database_)));
    others.back()->Exec("begin");
  }
  for (int i = 0; i < 2; ++i) others[static_cast<std::size_t>(i)]->Exec("rollback");
  EXPECT_THAT(Refusal(), HasSubstr("transaction mode"));
}

// Of clients that connect at the same time each may hold what the other waits for. Here the pool
// has one server session, and the first query seems to have been answered by another one.
TEST_F(PoolerTest, LookingForTheModeLetsGoOfTheLastServerSession) {
  StartPooler("transaction", 1);
  const pg::Parameters parameters = pg::ParseConnstr(pooler_->Connstr(database_));
  const auto deadline = base::Deadline::After(std::chrono::seconds(60));
  const pg::SessionPtr session = pg::OpenRaw(parameters, deadline, interrupt_);
  constexpr int kOtherPid = -1;
  EXPECT_EQ(pg::FindPoolMode(session.get(), kOtherPid, parameters, deadline, interrupt_),
            pg::PoolMode::kTransaction);
  EXPECT_GT(pg::AskBackendPid(session.get(), deadline, interrupt_), 0) << "it can still be used";
}

TEST_F(PoolerTest, StatementModeIsRefused) {
  StartPooler("statement", 2);
  EXPECT_THAT(Refusal(), HasSubstr("connection pooler in statement mode"));
}

TEST_F(PoolerTest, SessionModeIsAsGoodAsTheServer) {
  for (const int pool_size : {1, 5}) {
    StartPooler("session", pool_size);
    const auto connection = Open(pg::TransactionPools::kRefuse);
    EXPECT_EQ(pg::ExecAutocommit(*connection, "show lc_monetary")[0][0].as<std::string>(), "C");
    EXPECT_EQ(pg::ExecAutocommit(*connection, "select pg_backend_pid()")[0][0].as<int>(),
              connection->backend_pid());
    EXPECT_NE(connection->backend_pid(), 0);
    pooler_->Kill();
  }
}

TEST_F(PoolerTest, WhereItIsAllowedNothingReachesOthers) {
  admin().Exec("alter database " + database_ + " set statement_timeout = '1h'; alter database " +
               database_ + " set bytea_output = 'escape'; alter database " + database_ +
               " set datestyle = 'german'");
  StartPooler("transaction", 1);
  const auto connection = Open(pg::TransactionPools::kAllow);
  EXPECT_EQ(connection->backend_pid(), 0);
  EXPECT_EQ(pg::ExecAutocommit(*connection, "select date '2001-02-03'")[0][0].as<std::string>(),
            "2001-02-03");
  EXPECT_EQ(Setting("statement_timeout"), "1h");
  EXPECT_EQ(Setting("bytea_output"), "escape");
  Sql other(pooler_->Connstr(database_));
  EXPECT_EQ(other.Value("select date '2001-02-03'"), "03.02.2001");
}

}  // namespace
