// A batch that comes with its events: the same ones as by asking and reading one after the other,
// and a session that is free afterwards.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <utility>
#include <vector>

#include "pg/error.h"
#include "pgq/batch.h"
#include "support/eventually.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace {

using Texts = std::vector<std::string>;

class OpenedBatchTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  OpenedBatchTest() {
    static int count = 0;
    const std::string database = "opened_batch_" + std::to_string(++count);
    Server().CreateDatabaseWithSchemas(database);
    admin_ = std::make_unique<test_support::Sql>(Server().Connstr(database));
    admin_->Exec(
        "select pgq.create_queue('q'); select pgq.register_consumer('q', 'c'); "
        "select pgq.set_queue_config('q', 'ticker_max_count', '1')");
    connection_ = std::make_unique<pg::Connection>(
        pg::ConnectOptions::Fixed(Server().Connstr(database), "reader"), interrupt_);
  }

  void InsertEvents(int count, int bytes = 1) {
    admin_->Exec("select pgq.insert_event('q', 'type', i || repeat('x', " + std::to_string(bytes) +
                 ")) from generate_series(1, " + std::to_string(count) + ") i");
  }
  void Tick() { admin_->Exec("select pgq.ticker('q')"); }
  pgq::OpenedBatch Open(std::optional<pgq::BatchId> finished = {},
                        const pgq::ReadOptions& options = {}, const std::string& where = "") {
    return pgq::OpenNextBatch(*connection_, {"q", "c", size_, finished}, options, where);
  }
  static Texts Read(pgq::BatchReader& reader) {
    Texts texts;
    pgq::EventChunk chunk;
    while (reader.Next(chunk))
      for (const pgq::Event& event : chunk.events())
        texts.push_back(ToString(event.id) + " " + std::string(event.data_or_empty()));
    return texts;
  }
  // The server's side of the session, once it has done what was sent.
  testing::AssertionResult StateBecomes(const std::string& state) {
    return test_support::Eventually(std::chrono::seconds(10), state, [&] {
      return admin_->Value(
                 "select state from pg_stat_activity where application_name = 'reader' "
                 "and datname = current_database()") == state;
    });
  }

  base::Interrupt interrupt_;
  std::unique_ptr<test_support::Sql> admin_;
  std::unique_ptr<pg::Connection> connection_;
  pgq::BatchSize size_;
};

TEST_F(OpenedBatchTest, IsWhatAskingAndReadingGive) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](int limit) { return static_cast<int>(random() % unsigned(limit)); };
  std::optional<pgq::BatchId> finished;
  for (int round = 0; round < 40; ++round) {
    for (int ticks = below(3); ticks > 0; --ticks) {
      InsertEvents(below(2) ? below(20) : below(1000), below(4) ? 10 : 5000);
      Tick();
    }
    size_.join_count = below(2) ? std::optional(1 + below(800)) : std::nullopt;
    const pgq::ReadOptions options{1 + below(300), below(2) ? std::size_t{64} << 10 : 0};
    const std::string where = below(3) ? "" : "ev_id % 3 = 0";
    pgq::OpenedBatch opened = Open(finished, options, where);
    EXPECT_EQ(opened.batch.has_value(), opened.reader != nullptr);
    finished.reset();
    if (!opened.batch) continue;
    const Texts texts = Read(*opened.reader);
    opened.reader.reset();
    const auto again = pgq::NextBatch(*connection_, "q", "c", size_);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, opened.batch->id);
    EXPECT_EQ(again->prev_tick, opened.batch->prev_tick);
    EXPECT_EQ(again->tick, opened.batch->tick);
    EXPECT_EQ(again->tick_time, opened.batch->tick_time);
    EXPECT_EQ(again->prev_tick_time, opened.batch->prev_tick_time);
    EXPECT_EQ(again->tick_event_seq, opened.batch->tick_event_seq);
    EXPECT_EQ(again->prev_tick_event_seq, opened.batch->prev_tick_event_seq);
    pgq::BatchReader plain(*connection_, again->id, {}, where);
    EXPECT_EQ(texts, Read(plain));
    finished = opened.batch->id;
  }
}

TEST_F(OpenedBatchTest, NoTransactionIsLeft) {
  EXPECT_FALSE(Open().batch);
  EXPECT_TRUE(StateBecomes("idle")) << "without a batch";
  InsertEvents(30);
  Tick();
  pgq::OpenedBatch opened = Open({}, {100});
  EXPECT_TRUE(StateBecomes("idle")) << "all events are there";
  EXPECT_EQ(Read(*opened.reader).size(), 30U);
  opened = Open({}, {10});
  EXPECT_TRUE(StateBecomes("idle in transaction"));
  opened.reader.reset();
  EXPECT_TRUE(StateBecomes("idle")) << "abandoned";
  EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
}

// Which may be the next thing that anybody does with the session.
TEST_F(OpenedBatchTest, TheSessionIsFreeForOthersAtOnce) {
  InsertEvents(3);
  Tick();
  const pgq::OpenedBatch opened = Open();
  {
    pqxx::work tx(*connection_);
    EXPECT_EQ(tx.exec1("select txid_current_if_assigned() is null")[0].as<bool>(), true);
    tx.exec0("create temporary table may_write ()");
    tx.commit();
  }
  EXPECT_EQ(Read(*opened.reader).size(), 3U);
}

// Not an empty one.
TEST_F(OpenedBatchTest, ABatchThatIsTakenAwayIsAnError) {
  InsertEvents(3);
  Tick();
  admin_->Exec(
      "create function take_away() returns trigger language plpgsql as $$ begin "
      "new.sub_batch := null; new.sub_next_tick := null; return new; end $$; "
      "create trigger take_away before update on pgq.subscription for each row execute function "
      "take_away()");
  try {
    Open();
    FAIL() << "no error";
  } catch (const pg::SqlError& error) {
    EXPECT_EQ(std::string(error.what()), "batch not found");
  }
  EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
  admin_->Exec("drop trigger take_away on pgq.subscription");
  EXPECT_EQ(Read(*Open().reader).size(), 3U);
}

TEST_F(OpenedBatchTest, FinishesInATransactionOfItsOwn) {
  InsertEvents(3);
  Tick();
  const pgq::OpenedBatch first = Open();
  ASSERT_TRUE(first.batch);
  EXPECT_THROW(pgq::OpenNextBatch(*connection_, {"q", "nobody", {}, first.batch->id}, {}, ""),
               pg::SqlError);
  EXPECT_EQ(admin_->Value("select sub_last_tick from pgq.subscription"),
            ToString(first.batch->tick));
  EXPECT_FALSE(Open(first.batch->id).batch);
}

TEST_F(OpenedBatchTest, PiecesEndWhenTheyAreLarge) {
  InsertEvents(30, 1'000'000);
  Tick();
  pgq::OpenedBatch opened = Open({}, {300, 4 << 20});
  pgq::EventChunk chunk;
  std::size_t events = 0;
  while (opened.reader->Next(chunk)) {
    EXPECT_LT(chunk.bytes(), std::size_t{4} << 20);
    events += chunk.size();
  }
  EXPECT_EQ(events, 30U);
}

}  // namespace
