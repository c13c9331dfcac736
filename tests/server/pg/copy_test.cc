#include "pg/copy.h"

#include "pg/error.h"
#include "pg/result.h"
#include "server/pg/session_fixture.h"

namespace {

class CopyTest : public SessionTest {
 protected:
  CopyTest() {
    admin().Exec(
        "create table src (id int primary key, txt text, bin bytea);"
        "create table dst (id int primary key, txt text, bin bytea)");
  }
};

TEST_F(CopyTest, RelaysEveryByte) {
  admin().Exec(
      "insert into src select i, case when i % 7 = 0 then null else E'tab\\t nl\\n cr\\r bs\\\\ "
      "\\\\N ' || chr(i + 1000) end, "
      "decode(repeat(lpad(to_hex(i % 256), 2, '0'), i * 10), 'hex') from generate_series(1, 2000) "
      "i");
  const auto from = Connect(), to = Connect();
  pqxx::work read(*from), write(*to);
  std::int64_t reported = -1;
  const auto counters = pg::RelayCopy(*from, "copy src to stdout", *to, "copy dst from stdin",
                                      [&](const pg::CopyCounters& now) { reported = now.rows; });
  write.commit();
  EXPECT_EQ(counters.rows, 2000);
  EXPECT_EQ(reported, 2000);
  EXPECT_GT(counters.bytes, 20'000'000);
  EXPECT_EQ(test_support::TableDigest(admin(), "dst"), test_support::TableDigest(admin(), "src"));
}

TEST_F(CopyTest, RelaysAnEmptyTable) {
  const auto from = Connect(), to = Connect();
  pqxx::work read(*from), write(*to);
  EXPECT_EQ(pg::RelayCopy(*from, "copy src to stdout", *to, "copy dst from stdin", nullptr).rows,
            0);
}

TEST_F(CopyTest, CountsWhatTheServerStored) {
  const auto to = Connect();
  pqxx::work write(*to);
  pg::CopyIn copy(*to, "copy dst from stdin");
  copy.Write("1\ta");
  copy.Write("\t\\N\n2\t");
  copy.Write("b\t\\\\x00\n");
  EXPECT_EQ(copy.Finish(), 2);
  EXPECT_EQ(write.exec("select txt from dst where id = 2")[0][0].as<std::string>(), "b");
}

TEST_F(CopyTest, UnfinishedCopyStoresNothing) {
  const auto to = Connect();
  {
    pqxx::work write(*to);
    {
      pg::CopyIn copy(*to, "copy dst from stdin");
      copy.Write("1\ta\t\\N\n");
    }
    EXPECT_ANY_THROW(write.exec("select 1"));  // the transaction is failed
  }
  EXPECT_EQ(admin().Value("select count(*) from dst"), "0");
  EXPECT_EQ(pg::ExecAutocommit(*to, "select 7")[0][0].as<int>(), 7);
}

TEST_F(CopyTest, ErrorInTheMiddleOfALongStreamStopsItEarly) {
  const auto to = Connect();
  pqxx::work write(*to);
  pg::CopyIn copy(*to, "copy dst from stdin");
  std::int64_t written = 0;
  try {
    for (int id = 0; id < 2'000'000; ++id) {
      copy.Write(std::to_string(id == 5 ? 4 : id) + "\tabcdefghijklmnopqrstuvwxyz\t\\N\n");
      ++written;
    }
    copy.Finish();
    FAIL();
  } catch (const pg::SqlError& e) {
    EXPECT_EQ(e.sqlstate(), "23505");
    EXPECT_LT(written, 2'000'000);
  }
}

TEST_F(CopyTest, SessionIsUsableAfterARefusedCopy) {
  const auto to = Connect();
  {
    pqxx::work write(*to);
    pg::CopyIn copy(*to, "copy dst from stdin");
    copy.Write("x\ta\t\\N\n");
    EXPECT_THROW(copy.Finish(), pg::SqlError);
  }
  EXPECT_EQ(pg::ExecAutocommit(*to, "select 7")[0][0].as<int>(), 7);
}

TEST_F(CopyTest, AbandonedReadLeavesTheSessionUsable) {
  admin().Exec("insert into src select i, repeat('x', 1000) from generate_series(1, 50000) i");
  const auto from = Connect();
  {
    pqxx::work read(*from);
    pg::CopyOut copy(*from, "copy src to stdout");
    std::string_view chunk;
    ASSERT_TRUE(copy.Next(chunk));
    EXPECT_TRUE(chunk.ends_with('\n'));
  }
  EXPECT_EQ(pg::ExecAutocommit(*from, "select 7")[0][0].as<int>(), 7);
}

TEST_F(CopyTest, ErrorWhileReadingIsReported) {
  const auto from = Connect();
  pqxx::work read(*from);
  pg::CopyOut copy(*from, "copy (select 1 / (3 - i) from generate_series(1, 5) i) to stdout");
  std::string_view chunk;
  EXPECT_TRUE(copy.Next(chunk));
  EXPECT_TRUE(copy.Next(chunk));
  EXPECT_THROW(copy.Next(chunk), pg::SqlError);
  EXPECT_FALSE(copy.Next(chunk));
}

TEST_F(CopyTest, FailingTargetEndsTheRelayAndNamesTheCause) {
  admin().Exec(
      "insert into src select i, repeat('x', 1000) from generate_series(1, 50000) i; insert into "
      "dst values (10)");
  const auto from = Connect(), to = Connect();
  {
    pqxx::work read(*from), write(*to);
    try {
      pg::RelayCopy(*from, "copy src to stdout", *to, "copy dst from stdin", nullptr);
      FAIL();
    } catch (const pg::SqlError& e) {
      EXPECT_EQ(e.sqlstate(), "23505");
    }
  }
  EXPECT_EQ(pg::ExecAutocommit(*from, "select 7")[0][0].as<int>(), 7);
  EXPECT_EQ(pg::ExecAutocommit(*to, "select 7")[0][0].as<int>(), 7);
}

TEST_F(CopyTest, LostSourceIsALostConnection) {
  admin().Exec("insert into src select i, repeat('x', 1000) from generate_series(1, 50000) i");
  const auto from = Connect();
  pqxx::work read(*from);
  pg::CopyOut copy(*from, "copy src to stdout");
  std::string_view chunk;
  ASSERT_TRUE(copy.Next(chunk));
  Kill(*from);
  EXPECT_THROW(
      {
        while (copy.Next(chunk)) {
        }
      },
      pqxx::broken_connection);
}

}  // namespace
