// Events into a queue, one by one and in bulk.
#include "pgq/producer.h"

#include "base/error.h"
#include "pg/error.h"
#include "pgq/queue.h"
#include "server/pgq_client/client_fixture.h"

namespace {

using ProducerTest = ClientTest;

constexpr const char* kEvents =
    "select ev_id, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from pgq.event_1 "
    "order by ev_id";

TEST_F(ProducerTest, StoresAllFieldsAndReturnsTheId) {
  pg::Connection connection(Connect(), interrupt_);
  pqxx::work work(connection);
  pgq::Producer producer(work, "q");
  const pgq::EventId first = producer.Insert({.type = "type",
                                              .data = "a\tb\\ü\n",
                                              .extra1 = "",
                                              .extra2 = "2",
                                              .extra3 = "3",
                                              .extra4 = "4"});
  const pgq::EventId second = producer.Insert({.type = "only type"});
  EXPECT_EQ(second.value(), first.value() + 1);
  EXPECT_EQ(admin().Text(kEvents), "") << "visible before the commit";
  work.commit();
  EXPECT_EQ(admin().Value("select ev_data from pgq.event_1 where ev_id = " + base::ToString(first)),
            "a\tb\\ü\n");
  EXPECT_EQ(admin().Value("select ev_type || ev_extra1 || ev_extra2 || ev_extra3 || ev_extra4 "
                          "from pgq.event_1 where ev_id = " +
                          base::ToString(first)),
            "type234");
  EXPECT_EQ(admin().Value("select ev_type from pgq.event_1 where num_nulls(ev_data, ev_extra1, "
                          "ev_extra2, ev_extra3, ev_extra4) = 5"),
            "only type");
}

TEST_F(ProducerTest, RollbackTakesTheEventsBack) {
  pg::Connection connection(Connect(), interrupt_);
  {
    pqxx::work work(connection);
    pgq::Producer(work, "q").Insert({.type = "t", .data = "d"});
  }
  EXPECT_EQ(admin().Value("select count(*) from pgq.event_1"), "0");
}

TEST_F(ProducerTest, RefusalsOfTheServerAreErrors) {
  pg::Connection connection(Connect(), interrupt_);
  {
    pqxx::work work(connection);
    EXPECT_THROW(pgq::Producer(work, "nowhere").Insert({.type = "t"}), pqxx::sql_error);
  }
  admin().Exec("update pgq.queue set queue_per_tx_limit = 1");
  pqxx::work work(connection);
  pgq::Producer producer(work, "q");
  producer.Insert({.type = "t"});
  EXPECT_THROW(producer.Insert({.type = "t"}), pqxx::sql_error);
}

TEST_F(ProducerTest, NulBytesAreRefusedBeforeTheyAreLost) {
  pg::Connection connection(Connect(), interrupt_);
  pqxx::work work(connection);
  const std::string_view nul("a\0b", 3);
  EXPECT_THROW(pgq::Producer(work, "q").Insert({.type = "t", .data = nul}), base::Error);
}

TEST_F(ProducerTest, BulkStoresWhatInsertEventWould) {
  pg::Connection connection(Connect(), interrupt_);
  pqxx::work work(connection);
  pgq::Producer(work, "q").Insert(
      {.type = "t\\", .data = "a\tb\nc", .extra1 = "\\N", .extra3 = ""});
  {
    pgq::BulkProducer bulk(connection, work, "q");
    bulk.Insert({.type = "t\\", .data = "a\tb\nc", .extra1 = "\\N", .extra3 = ""});
    EXPECT_EQ(bulk.Finish(), 1);
  }
  work.commit();
  EXPECT_EQ(admin().Value("select count(distinct (ev_time, ev_txid, ev_owner, ev_retry, ev_type, "
                          "ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4)) from pgq.event_1"),
            "1");
  EXPECT_EQ(admin().Value("select count(distinct ev_id) from pgq.event_1"), "2");
}

TEST_F(ProducerTest, BulkEventsReachConsumersInOrder) {
  Register();
  pg::Connection connection(Connect(), interrupt_);
  constexpr int kEventCount = 20000;
  {
    pqxx::work work(connection);
    pgq::BulkProducer bulk(connection, work, "q");
    for (int i = 1; i <= kEventCount; ++i) {
      const std::string data = std::to_string(i);
      bulk.Insert({.type = "t", .data = data});
    }
    EXPECT_EQ(bulk.Finish(), kEventCount);
    work.commit();
  }
  Tick();
  pgq::Consumer consumer(Options(), interrupt_);
  std::vector<std::string> seen;
  EXPECT_TRUE(consumer.ProcessOne([&](pgq::ActiveBatch& batch) { seen = DataOf(batch); }));
  EXPECT_EQ(seen, Numbers(1, kEventCount));
}

TEST_F(ProducerTest, BulkHoldsTheTableAgainstRotationUntilTheEnd) {
  pg::Connection connection(Connect(), interrupt_);
  pqxx::work work(connection);
  pgq::BulkProducer bulk(connection, work, "q");
  bulk.Insert({.type = "t"});
  bulk.Finish();
  EXPECT_EQ(admin().Value("select mode from pg_locks where relation = 'pgq.event_1_0'::regclass"),
            "RowExclusiveLock");
  constexpr const char* kTruncate =
      "begin; lock table pgq.event_1_0 in access exclusive mode nowait; truncate pgq.event_1_0";
  EXPECT_EQ(admin().Error(kTruncate), "could not obtain lock on relation \"pgq.event_1_0\"");
  admin().Exec("rollback");
  work.commit();
  EXPECT_EQ(admin().Error(kTruncate), "");
  admin().Exec("rollback");
}

TEST_F(ProducerTest, BulkWritesToTheTableOfAfterTheRotation) {
  admin().Exec("update pgq.queue set queue_rotation_period = '0'");
  admin().Exec("select pgq.maint_rotate_tables_step1('q')");
  admin().Exec("select pgq.maint_rotate_tables_step2()");
  pg::Connection connection(Connect(), interrupt_);
  pqxx::work work(connection);
  pgq::BulkProducer bulk(connection, work, "q");
  bulk.Insert({.type = "t"});
  bulk.Finish();
  work.commit();
  EXPECT_EQ(admin().Value("select count(*) from pgq.event_1_1"), "1");
}

TEST_F(ProducerTest, BulkKeepsTheTimeOfAnotherQueue) {
  pg::Connection connection(Connect(), interrupt_);
  pqxx::work work(connection);
  pgq::BulkProducer bulk(connection, work, "q");
  bulk.Insert({.type = "old", .time = "2001-02-03 04:05:06.789+00"});
  bulk.Insert({.type = "new"});
  bulk.Finish();
  EXPECT_THROW(pgq::Producer(work, "q").Insert({.type = "t", .time = "2001-02-03"}), base::Error);
  work.commit();
  EXPECT_EQ(admin().Text("select ev_type, ev_time = '2001-02-03 04:05:06.789+00' from pgq.event_1 "
                         "order by ev_id"),
            "old|t\nnew|f\n");
}

TEST_F(ProducerTest, BulkRespectsDisableInsert) {
  admin().Exec("update pgq.queue set queue_disable_insert = true");
  pg::Connection connection(Connect(), interrupt_);
  pqxx::work work(connection);
  EXPECT_THROW(pgq::BulkProducer(connection, work, "q"), pqxx::sql_error);
}

TEST_F(ProducerTest, BulkLeftUnfinishedStoresNothing) {
  pg::Connection connection(Connect(), interrupt_);
  {
    pqxx::work work(connection);
    {
      pgq::BulkProducer bulk(connection, work, "q");
      bulk.Insert({.type = "t"});
    }
    EXPECT_EQ(PQtransactionStatus(connection.native()), PQTRANS_INERROR);
  }
  pqxx::work work(connection);  // the session is of use again
  EXPECT_EQ(work.exec1("select count(*) from pgq.event_1")[0].as<int>(), 0);
}

TEST_F(ProducerTest, BulkWithoutTransactionBlockIsRefused) {
  pg::Connection connection(Connect(), interrupt_), other(Connect(), interrupt_);
  {
    pqxx::nontransaction autocommit(connection);
    EXPECT_THROW(pgq::BulkProducer(connection, autocommit, "q"), base::Error);
  }
  pqxx::work work(connection);
  EXPECT_THROW(pgq::BulkProducer(other, work, "q"), base::Error);
}

TEST_F(ProducerTest, BulkNeedsTheRightToInsert) {
  admin().Exec("create role writer_" + admin().Value("select current_database()") +
               " in role pgq_writer");
  pg::Connection connection(Connect(), interrupt_);
  pg::ExecAutocommit(connection, "set role writer_" + admin().Value("select current_database()"));
  {
    pqxx::work work(connection);
    EXPECT_GT(pgq::Producer(work, "q").Insert({.type = "t"}).value(), 0);
  }
  pqxx::work work(connection);
  EXPECT_THROW(pgq::BulkProducer(connection, work, "q"), pg::SqlError);
}

}  // namespace
