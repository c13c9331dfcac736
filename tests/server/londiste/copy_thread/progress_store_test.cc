// What the worker tells its database of the copies under way, and that it tells nothing where it
// should not.
#include "londiste/copy_thread/progress_store.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "support/eventually.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace londiste::copy_thread {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;

class ProgressStoreTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  ProgressStoreTest() {
    static int count = 0;
    database_ = "progress_" + std::to_string(++count);
    Server().CreateDatabaseWithSchemas(database_);
    sql_ = std::make_unique<test_support::Sql>(Server().Connstr(database_));
    sql_->Exec(
        "select pgq_node.register_location('q', 'l', 'x', false), "
        "pgq_node.register_location('q', 'r', 'x', false), "
        "pgq_node.create_node('q', 'leaf', 'l', 'l_worker', 'r', 1, null); "
        "create table t (id int primary key); create table u (id int primary key); "
        "select londiste.global_add_table('q', x), londiste.local_add_table('q', x), "
        "londiste.local_set_table_state('q', x, null, 'in-copy') from unnest('{t,u}'::text[]) x");
    store_ = std::make_unique<ProgressStore>(Place(20ms));
    auto logger = std::make_shared<spdlog::logger>("test", log_);
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
  }
  ~ProgressStoreTest() override {
    store_.reset();
    spdlog::set_default_logger(before_);
  }

  std::ptrdiff_t Logged(const std::string& text) {
    return std::ranges::count_if(log_->last_formatted(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  }

  ProgressStore::Place Place(base::Duration beat) const {
    return {Server().Connstr(database_), "progress of the test", "q", beat};
  }
  std::string Shown() {
    return sql_->Text("select table_name, phase, rows from londiste.get_copy_progress('q')");
  }
  std::string Sessions() {
    return sql_->Value(
        "select count(*) from pg_stat_activity where datname = current_database() and "
        "application_name = 'progress of the test'");
  }
  testing::AssertionResult Shows(const std::string& rows) {
    return Eventually(30s, "shown: " + rows, [&] { return Shown() == rows; });
  }
  // Time enough for the store to do what it must not do.
  static testing::AssertionResult Runs(const CopyMonitor& monitor, std::chrono::milliseconds time) {
    return Eventually(30s, "it runs", [&] { return monitor.Read().elapsed >= time; });
  }
  testing::AssertionResult HasSessions(const std::string& number) {
    return Eventually(30s, number + " sessions", [&] { return Sessions() == number; });
  }

  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> log_ =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1000);
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::string database_;
  std::unique_ptr<test_support::Sql> sql_;
  std::unique_ptr<ProgressStore> store_;
};

TEST_F(ProgressStoreTest, TellsOfEachCopyUntilItEnds) {
  CopyMonitor t("public.t"), u("public.u");
  {
    const ProgressStore::Following first(*store_, t);
    t.Expect(100, 5'000, 1);
    t.Phase("copying");
    t.Progress(50, 2'500);
    ASSERT_TRUE(Shows("public.t|copying|50\n"));
    EXPECT_EQ(sql_->Text("select bytes, expected_rows, expected_bytes, share, rows_per_second > 0, "
                         "eta is not null, elapsed < '1 minute' from "
                         "londiste.get_copy_progress('q')"),
              "2500|100|5000|0.5|t|t|t\n");
    {
      const ProgressStore::Following second(*store_, u);
      u.Phase("catching up");
      ASSERT_TRUE(Shows("public.t|copying|50\npublic.u|catching up|0\n"));
      EXPECT_EQ(Sessions(), "1");
    }
    ASSERT_TRUE(Shows("public.t|copying|50\n"));
    t.Progress(60, 3'000);
    ASSERT_TRUE(Shows("public.t|copying|60\n"));
  }
  EXPECT_TRUE(HasSessions("0"));
  EXPECT_EQ(sql_->Value("select count(*) from londiste.copy_progress"), "0");
}

TEST_F(ProgressStoreTest, OpensNoSessionForShortCopies) {
  // Then each session says so.
  sql_->Exec("alter function londiste.local_set_copy_progress rename to other");
  store_ = std::make_unique<ProgressStore>(Place(1h));
  {
    CopyMonitor monitor("public.t");
    const ProgressStore::Following following(*store_, monitor);
    ASSERT_TRUE(Runs(monitor, 300ms));
  }
  store_.reset();
  EXPECT_EQ(Logged("local_set_copy_progress does not exist here"), 0);
}

TEST_F(ProgressStoreTest, StoresNothingWithoutTheFunction) {
  sql_->Exec("alter function londiste.local_set_copy_progress rename to other");
  CopyMonitor t("public.t");
  const ProgressStore::Following following(*store_, t);
  t.Phase("copying");
  ASSERT_TRUE(Eventually(30s, "it looked", [&] {
    return Logged("local_set_copy_progress does not exist here") == 1;
  }));
  EXPECT_TRUE(HasSessions("0"));
  EXPECT_EQ(sql_->Value("select count(*) from londiste.copy_progress"), "0");
  EXPECT_EQ(Logged("could not"), 0);
  ASSERT_TRUE(Runs(t, 500ms));
  EXPECT_EQ(Logged("local_set_copy_progress does not exist here"), 1)
      << "asked once for these copies";
}

// One warning for all the time it cannot.
TEST_F(ProgressStoreTest, TriesAgainAfterFailures) {
  sql_->Exec("alter table londiste.copy_progress rename to other");
  CopyMonitor t("public.t");
  const ProgressStore::Following following(*store_, t);
  t.Phase("copying");
  ASSERT_TRUE(Eventually(30s, "it failed a few times", [&] {
    return Logged("could not store the progress of table copies: ") >= 3;
  }));
  EXPECT_EQ(Logged("[warning]"), 1);
  sql_->Exec("alter table londiste.other rename to copy_progress");
  EXPECT_TRUE(Shows("public.t|copying|0\n"));
}

TEST_F(ProgressStoreTest, ComesBackAfterItsSessionWasLost) {
  CopyMonitor t("public.t");
  const ProgressStore::Following following(*store_, t);
  t.Phase("copying");
  ASSERT_TRUE(Shows("public.t|copying|0\n"));
  sql_->Exec(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'progress "
      "of the test' and datname = current_database()");
  t.Progress(7, 70);
  EXPECT_TRUE(Shows("public.t|copying|7\n"));
}

TEST_F(ProgressStoreTest, WaitsForNobody) {
  CopyMonitor t("public.t"), u("public.u");
  const ProgressStore::Following first(*store_, t);
  t.Phase("copying");
  ASSERT_TRUE(Shows("public.t|copying|0\n"));
  sql_->Exec("begin; lock table londiste.copy_progress in access exclusive mode");
  test_support::Sql other(Server().Connstr(database_));
  ASSERT_TRUE(Eventually(30s, "it waits", [&] {
    return other.Value(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
               "application_name = 'progress of the test'") == "1";
  }));
  // Neither a copy that begins or ends, nor the worker that stops.
  { const ProgressStore::Following second(*store_, u); }
  EXPECT_TRUE(Eventually(30s, "it gives up", [&] { return Logged("lock timeout") > 0; }));
  sql_->Exec("rollback");
  t.Progress(8, 80);
  EXPECT_TRUE(Shows("public.t|copying|8\n"));
}

TEST_F(ProgressStoreTest, EndsAtOnceBehindALock) {
  CopyMonitor t("public.t");
  auto following = std::make_unique<ProgressStore::Following>(*store_, t);
  t.Phase("copying");
  ASSERT_TRUE(Shows("public.t|copying|0\n"));
  sql_->Exec("begin; lock table londiste.copy_progress in access exclusive mode");
  following.reset();
  store_.reset();  // would hang
  sql_->Exec("rollback");
  // The server finds that the session is gone only when it has its lock.
  EXPECT_TRUE(Shows(""));
}

}  // namespace
}  // namespace londiste::copy_thread
