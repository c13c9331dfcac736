// Batches of a real queue: next, read in pieces, finish.
#include "pgq/batch.h"

#include <gtest/gtest.h>

#include "pg/error.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace {

class BatchTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  BatchTest() {
    static int count = 0;
    const std::string database = "batch_" + std::to_string(++count);
    Server().CreateDatabaseWithSchemas(database);
    admin_ = std::make_unique<test_support::Sql>(Server().Connstr(database));
    admin_->Exec("select pgq.create_queue('q'); select pgq.register_consumer('q', 'c')");
    pg::ConnectOptions options;
    options.connstr = Server().Connstr(database);
    connection_ = std::make_unique<pg::Connection>(options, interrupt_);
  }

  // A tick with what was inserted before it.
  void Tick() {
    admin_->Exec("select pgq.force_tick('q')");
    admin_->Exec("select pgq.ticker('q')");
  }

  void InsertEvents(int count) {
    admin_->Exec(
        "select pgq.insert_event('q', 'type', 'data ' || i, 'x1', null, '', null) from "
        "generate_series(1, " +
        std::to_string(count) + ") i");
  }

  base::Interrupt interrupt_;
  std::unique_ptr<test_support::Sql> admin_;
  std::unique_ptr<pg::Connection> connection_;
};

TEST_F(BatchTest, NoTickNoBatch) { EXPECT_FALSE(pgq::NextBatch(*connection_, "q", "c")); }

TEST_F(BatchTest, SameBatchUntilItIsFinished) {
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->tick.value(), batch->prev_tick.value() + 1);
  EXPECT_FALSE(batch->tick_time.empty());
  EXPECT_EQ(pgq::NextBatch(*connection_, "q", "c")->id, batch->id);
  EXPECT_TRUE(pgq::FinishBatch(*connection_, batch->id));
  EXPECT_FALSE(pgq::FinishBatch(*connection_, batch->id));
  EXPECT_FALSE(pgq::NextBatch(*connection_, "q", "c"));
}

TEST_F(BatchTest, ReadsInPiecesInOrder) {
  InsertEvents(25);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  ASSERT_TRUE(batch);
  pgq::BatchReader reader(*connection_, batch->id, {10}, "");
  std::vector<std::size_t> sizes;
  int next = 1;
  pgq::EventChunk chunk;
  while (reader.Next(chunk)) {
    sizes.push_back(chunk.size());
    for (const pgq::Event& event : chunk.events()) {
      EXPECT_EQ(event.data, "data " + std::to_string(next++));
      EXPECT_EQ(event.type, "type");
      EXPECT_EQ(event.extra1, "x1");
      EXPECT_EQ(event.extra2, std::nullopt);
      EXPECT_EQ(event.extra3, "");
      EXPECT_GT(event.txid.value(), 0);
    }
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{10, 10, 5}));
  // The transaction ended with the last piece.
  EXPECT_TRUE(pgq::FinishBatch(*connection_, batch->id));
}

TEST_F(BatchTest, ExactMultipleOfThePiece) {
  InsertEvents(20);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  pgq::BatchReader reader(*connection_, batch->id, {10}, "");
  pgq::EventChunk chunk;
  int pieces = 0;
  while (reader.Next(chunk)) ++pieces;
  EXPECT_EQ(pieces, 2);
  EXPECT_FALSE(reader.Next(chunk));
}

TEST_F(BatchTest, FilterIsAppliedByTheServer) {
  InsertEvents(25);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  pgq::BatchReader reader(*connection_, batch->id, {300}, "ev_data in ('data 7', 'data 9')");
  pgq::EventChunk chunk;
  ASSERT_TRUE(reader.Next(chunk));
  ASSERT_EQ(chunk.size(), 2U);
  EXPECT_EQ(chunk.events()[1].data, "data 9");
}

TEST_F(BatchTest, ChunksOutliveTheReader) {
  InsertEvents(3);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  pgq::EventChunk chunk;
  {
    pgq::BatchReader reader(*connection_, batch->id, {300}, "");
    ASSERT_TRUE(reader.Next(chunk));
  }
  const pgq::EventChunk copy = chunk;
  chunk = {};
  EXPECT_EQ(copy.events()[2].data, "data 3");
  EXPECT_GT(copy.bytes(), 3 * 6U);
}

TEST_F(BatchTest, AbandonedReaderLeavesNoTransaction) {
  InsertEvents(30);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  {
    pgq::BatchReader reader(*connection_, batch->id, {10}, "");
    pgq::EventChunk chunk;
    ASSERT_TRUE(reader.Next(chunk));
  }
  EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
}

TEST_F(BatchTest, ReadsAheadInOrderToTheLastEvent) {
  for (const int events : {9, 10, 11, 5000}) {
    InsertEvents(events);
    Tick();
    const auto batch = pgq::NextBatch(*connection_, "q", "c");
    ASSERT_TRUE(batch);
    {
      pgq::BatchReader reader(*connection_, batch->id, {10, 64 << 10}, "");
      pgq::EventChunk chunk;
      int next = 1;
      while (reader.Next(chunk))
        for (const pgq::Event& event : chunk.events())
          ASSERT_EQ(event.data, "data " + std::to_string(next++));
      EXPECT_EQ(next, events + 1);
      EXPECT_FALSE(reader.Next(chunk));
    }
    EXPECT_TRUE(pgq::FinishBatch(*connection_, batch->id));
    EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
  }
}

TEST_F(BatchTest, ReadsNoFurtherAheadThanAllowed) {
  admin_->Exec(
      "select pgq.insert_event('q', 'type', repeat('x', 100000)) from generate_series(1, 300)");
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  ASSERT_TRUE(batch);
  pgq::BatchReader reader(*connection_, batch->id, {1, 1 << 20}, "");
  pgq::EventChunk chunk;
  std::size_t rows = 0;
  while (reader.Next(chunk)) {
    rows += chunk.size();
    EXPECT_LE(chunk.bytes(), std::size_t{512} << 10) << "one piece of several";
  }
  EXPECT_EQ(rows, 300U);
}

// However many small ones came before.
TEST_F(BatchTest, APieceEndsWhenItIsLargeWhateverTheRowsBeforeWereLike) {
  constexpr std::size_t kLarge = 3 << 20;
  for (const int small : {0, 5, 20'000}) {
    admin_->Exec("begin; select pgq.insert_event('q', 'type', 'small') from generate_series(1, " +
                 std::to_string(small) + "); select pgq.insert_event('q', 'type', repeat('x', " +
                 std::to_string(kLarge) + ")) from generate_series(1, 30); commit");
    Tick();
    const auto batch = pgq::NextBatch(*connection_, "q", "c");
    ASSERT_TRUE(batch);
    {
      pgq::BatchReader reader(*connection_, batch->id, {300, 4 << 20}, "");
      pgq::EventChunk chunk;
      std::size_t rows = 0, bytes = 0;
      while (reader.Next(chunk)) {
        rows += chunk.size();
        for (const pgq::Event& event : chunk.events()) bytes += event.data_or_empty().size();
        EXPECT_LT(chunk.bytes(), 2 * kLarge) << "after " << rows << " rows";
      }
      EXPECT_EQ(rows, static_cast<std::size_t>(small) + 30);
      EXPECT_EQ(bytes, static_cast<std::size_t>(small) * 5 + 30 * kLarge);
    }
    EXPECT_TRUE(pgq::FinishBatch(*connection_, batch->id));
  }
}

TEST_F(BatchTest, AbandonedAmidALargeFetchLeavesNoTransaction) {
  admin_->Exec(
      "select pgq.insert_event('q', 'type', repeat('x', 1000000)) from generate_series(1, 200)");
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  {
    pgq::BatchReader reader(*connection_, batch->id, {300, 4 << 20}, "");
    pgq::EventChunk chunk;
    ASSERT_TRUE(reader.Next(chunk));
    EXPECT_LT(chunk.size(), 10U);
  }
  EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
  EXPECT_TRUE(pgq::FinishBatch(*connection_, batch->id));
}

TEST_F(BatchTest, AbandonedWhileReadingAheadLeavesNoTransaction) {
  InsertEvents(3000);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  {
    pgq::BatchReader reader(*connection_, batch->id, {10, 1 << 10}, "");
    pgq::EventChunk chunk;
    ASSERT_TRUE(reader.Next(chunk));
    ASSERT_TRUE(reader.Next(chunk));
  }
  EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
  EXPECT_TRUE(pgq::FinishBatch(*connection_, batch->id));
}

TEST_F(BatchTest, WhatFailsWhileReadingAheadIsThrownAfterThePiecesBefore) {
  InsertEvents(3000);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  pgq::BatchReader reader(*connection_, batch->id, {10, 1 << 10}, "");
  pgq::EventChunk chunk;
  ASSERT_TRUE(reader.Next(chunk));
  admin_->Exec("select pg_terminate_backend(" +
               std::to_string(PQbackendPID(connection_->native())) + ", 10000)");
  int next = 1 + static_cast<int>(chunk.size());
  EXPECT_THROW(
      {
        while (reader.Next(chunk))
          for (const pgq::Event& event : chunk.events())
            EXPECT_EQ(event.data, "data " + std::to_string(next++));
      },
      pqxx::broken_connection);
  EXPECT_LT(next, 3001);
}

TEST_F(BatchTest, CancellingEndsAReadThatIsUnderWay) {
  InsertEvents(3000);
  Tick();
  const auto batch = pgq::NextBatch(*connection_, "q", "c");
  pgq::BatchReader reader(*connection_, batch->id, {10, 1 << 10}, "");
  pgq::EventChunk chunk;
  ASSERT_TRUE(reader.Next(chunk));
  interrupt_.Cancel();
  EXPECT_THROW(
      {
        while (reader.Next(chunk)) {
        }
      },
      base::Interrupted);
}

TEST_F(BatchTest, LargerBatchesOnRequest) {
  // force_tick would burn event ids, which count here.
  admin_->Exec("select pgq.set_queue_config('q', 'ticker_max_count', '1')");
  for (int tick = 0; tick < 5; ++tick) {
    InsertEvents(10);
    admin_->Exec("select pgq.ticker('q')");
  }
  pgq::BatchSize size;
  size.min_count = 35;
  const auto batch = pgq::NextBatch(*connection_, "q", "c", size);
  ASSERT_TRUE(batch);
  EXPECT_GT(batch->tick.value(), batch->prev_tick.value() + 1);
  EXPECT_GE(batch->tick_event_seq - batch->prev_tick_event_seq, 35);
}

TEST_F(BatchTest, WhatWaitsIsJoinedAndNothingIsWaitedFor) {
  admin_->Exec("select pgq.set_queue_config('q', 'ticker_max_count', '1')");
  for (int tick = 0; tick < 5; ++tick) {
    InsertEvents(10);
    admin_->Exec("select pgq.ticker('q')");
  }
  pgq::BatchSize size;
  size.join_count = 15;
  const auto some = pgq::NextBatch(*connection_, "q", "c", size);
  ASSERT_TRUE(some);
  EXPECT_GE(some->tick_event_seq - some->prev_tick_event_seq, 15);
  EXPECT_LT(some->tick_event_seq - some->prev_tick_event_seq, 30);
  size.join_count = 1000;
  const auto rest = pgq::FinishAndNextBatch(*connection_, some->id, "q", "c", size);
  ASSERT_TRUE(rest);
  EXPECT_EQ(std::to_string(rest->tick.value()), admin_->Value("select max(tick_id) from pgq.tick"));
  EXPECT_FALSE(pgq::FinishAndNextBatch(*connection_, rest->id, "q", "c", size));
  // One event is enough.
  InsertEvents(1);
  admin_->Exec("select pgq.ticker('q')");
  EXPECT_TRUE(pgq::NextBatch(*connection_, "q", "c", size));
}

TEST_F(BatchTest, JoiningHeedsTheLagAndExplicitSizes) {
  admin_->Exec("select pgq.set_queue_config('q', 'ticker_max_count', '1')");
  for (int tick = 0; tick < 3; ++tick) {
    InsertEvents(10);
    admin_->Exec("select pgq.ticker('q')");
  }
  admin_->Exec("update pgq.tick set tick_time = tick_time - interval '1 hour' where tick_id < 3");
  pgq::BatchSize size;
  size.join_count = 1000;
  size.min_lag = "10 minutes";
  const auto old = pgq::NextBatch(*connection_, "q", "c", size);
  ASSERT_TRUE(old);  // the newest tick is too young, and an older one is not
  EXPECT_EQ(old->tick.value(), 2);
  pgq::FinishBatch(*connection_, old->id);
  size.min_lag.reset();
  size.min_count = 1'000'000;
  EXPECT_FALSE(pgq::NextBatch(*connection_, "q", "c", size));
}

TEST_F(BatchTest, UnknownConsumerIsAnError) {
  EXPECT_THROW(pgq::NextBatch(*connection_, "q", "nobody's"), pqxx::sql_error);
  EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
}

}  // namespace
