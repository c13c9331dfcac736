#include "pg/pipeline.h"

#include "pg/error.h"
#include "server/pg/session_fixture.h"

namespace {

class PipelineTest : public SessionTest {
 protected:
  PipelineTest() { admin().Exec("create table t (id int primary key, txt text)"); }
};

TEST_F(PipelineTest, AnswersComeInOrderWithRowCounts) {
  const auto connection = Connect();
  pqxx::work transaction(*connection);
  std::vector<std::pair<std::int64_t, std::int64_t>> answers;
  pg::Pipeline pipeline(
      *connection, [&](std::int64_t tag, std::int64_t rows) { answers.emplace_back(tag, rows); });
  pipeline.Prepare("ins", "insert into t values ($1, $2)");
  pipeline.Prepare("del", "delete from t where id >= $1");
  pipeline.Execute(10, "ins", {"1", std::nullopt});
  pipeline.Execute(11, "ins", {"2", "it's"});
  pipeline.Execute(12, "del", {"1"});
  pipeline.Execute(13, "del", {"1"});
  pipeline.Sync();
  EXPECT_EQ(answers, (std::vector<std::pair<std::int64_t, std::int64_t>>{
                         {10, 1}, {11, 1}, {12, 2}, {13, 0}}));
}

TEST_F(PipelineTest, SyncGivesTheSessionBackAndTheNextExecuteGoesOn) {
  const auto connection = Connect();
  pqxx::work transaction(*connection);
  pg::Pipeline pipeline(*connection, nullptr);
  pipeline.Prepare("ins", "insert into t values ($1, $2)");
  pipeline.Execute(1, "ins", {"1", "a"});
  pipeline.Sync();
  pipeline.Sync();
  EXPECT_EQ(transaction.exec("select count(*) from t")[0][0].as<int>(), 1);
  pipeline.Execute(2, "ins", {"2", "a"});
  pipeline.Sync();
  transaction.commit();
  EXPECT_EQ(admin().Value("select count(*) from t"), "2");
}

TEST_F(PipelineTest, HundredThousandStatementsInASmallWindow) {
  const auto connection = Connect();
  pqxx::work transaction(*connection);
  std::int64_t next = 0;
  bool in_order = true;
  pg::Pipeline pipeline(
      *connection, [&](std::int64_t tag, std::int64_t) { in_order = in_order && tag == next++; },
      100);
  pipeline.Prepare("ins", "insert into t values ($1, $2)");
  for (int id = 0; id < 100'000; ++id)
    pipeline.Execute(id, "ins", {std::to_string(id), "some text"});
  pipeline.Sync();
  transaction.commit();
  EXPECT_TRUE(in_order);
  EXPECT_EQ(next, 100'000);
  EXPECT_EQ(admin().Value("select count(*) from t"), "100000");
}

TEST_F(PipelineTest, LargeParametersAndLargeNoticesDoNotBlockBothSides) {
  admin().Exec(
      "create function noisy() returns trigger language plpgsql as $$ begin raise notice '%', "
      "repeat('n', 30000); return new; end $$;"
      "create trigger noisy before insert on t for each row execute function noisy()");
  const auto connection = Connect();
  pqxx::work transaction(*connection);
  pg::Pipeline pipeline(*connection, nullptr);
  pipeline.Prepare("ins", "insert into t values ($1, $2)");
  const std::string large(100'000, 'x');
  for (int id = 0; id < 500; ++id) pipeline.Execute(id, "ins", {std::to_string(id), large});
  pipeline.Sync();
  EXPECT_EQ(transaction.exec("select count(*) from t")[0][0].as<int>(), 500);
}

TEST_F(PipelineTest, FirstFailureNamesItsStatement) {
  const auto connection = Connect();
  {
    pqxx::work transaction(*connection);
    std::int64_t last = -1;
    pg::Pipeline pipeline(
        *connection, [&](std::int64_t tag, std::int64_t) { last = tag; }, 10);
    pipeline.Prepare("ins", "insert into t values ($1, $2)");
    try {
      for (int id = 0; id < 1000; ++id)
        pipeline.Execute(id, "ins", {std::to_string(id == 500 ? 3 : id), "x"});
      pipeline.Sync();
      FAIL();
    } catch (const pg::PipelineError& e) {
      EXPECT_EQ(e.tag(), 500);
      EXPECT_EQ(e.sqlstate(), "23505");
      EXPECT_EQ(last, 499);
    }
  }
  EXPECT_EQ(pg::ExecAutocommit(*connection, "select 7")[0][0].as<int>(), 7);
}

TEST_F(PipelineTest, FailedPrepareCarriesItsTag) {
  const auto connection = Connect();
  pqxx::work transaction(*connection);
  pg::Pipeline pipeline(*connection, nullptr);
  pipeline.Prepare("bad", "insert into nowhere values ($1)", {}, 42);
  pipeline.Execute(43, "bad", {"1"});
  try {
    pipeline.Sync();
    FAIL();
  } catch (const pg::PipelineError& e) {
    EXPECT_EQ(e.tag(), 42);
    EXPECT_EQ(e.sqlstate(), "42P01");
  }
}

TEST_F(PipelineTest, AbandonedPipelineLeavesTheSessionUsable) {
  const auto connection = Connect();
  {
    pqxx::work transaction(*connection);
    pg::Pipeline pipeline(*connection, nullptr);
    pipeline.Prepare("ins", "insert into t values ($1, $2)");
    for (int id = 0; id < 100; ++id) pipeline.Execute(id, "ins", {std::to_string(id % 50), "x"});
  }
  EXPECT_EQ(pg::ExecAutocommit(*connection, "select 7")[0][0].as<int>(), 7);
}

TEST_F(PipelineTest, LostSessionIsALostConnection) {
  const auto connection = Connect();
  pqxx::work transaction(*connection);
  pg::Pipeline pipeline(*connection, nullptr);
  pipeline.Prepare("ins", "insert into t values ($1, $2)");
  pipeline.Execute(1, "ins", {"1", "x"});
  Kill(*connection);
  EXPECT_THROW(pipeline.Sync(), pqxx::broken_connection);
}

}  // namespace
