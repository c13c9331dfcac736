// Changes of londiste.table_info.merge_state under the row's lock.
#include "londiste/tables/table_state.h"

#include <gtest/gtest.h>

#include "base/interrupt.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace {

using namespace londiste::tables;
using Kind = MergeState::Kind;
using Actor = StateTransition::Actor;

constexpr const char *kSnapshot = "10:20:12", *kOtherSnapshot = "11:21:13";

class TableStateTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  TableStateTest() {
    static int count = 0;
    database_ = "state_" + std::to_string(++count);
    Server().CreateDatabaseWithSchemas(database_);
    sql_ = std::make_unique<test_support::Sql>(Server().Connstr(database_));
    sql_->Exec(
        "create table t (id int primary key);"
        "select pgq_node.register_location('q', 'r', 'dbname=r', false);"
        "select pgq_node.create_node('q', 'root', 'r', 'w', null, null, null);"
        "select londiste.local_add_table('q', 'public.t')");
    pg::ConnectOptions options;
    options.connstr = Server().Connstr(database_);
    options.application_name = "state test";
    connection_ = std::make_unique<pg::Connection>(options, interrupt_);
  }

  static std::string SqlOf(Kind kind) {
    MergeState state{.kind = kind, .tick = pgq::TickId(5), .text = "odd"};
    const auto text = state.ToText();
    return text ? "'" + *text + "'" : "null";
  }
  void Put(Kind kind, const std::string& snapshot) {
    sql_->Exec("update londiste.table_info set merge_state = " + SqlOf(kind) +
               ", custom_snapshot = " + (snapshot.empty() ? "null" : "'" + snapshot + "'"));
  }
  std::string Row() {
    return sql_->Text(
        "select coalesce(merge_state, 'NULL'), coalesce(custom_snapshot, 'none') from "
        "londiste.table_info");
  }
  bool Change(const StateChange& change) {
    pqxx::work tx(*connection_);
    try {
      ChangeTableState(tx, "q", "public.t", change);
    } catch (const CopyNotWanted&) {
      return false;
    }
    tx.commit();
    return true;
  }

  std::string database_;
  base::Interrupt interrupt_;
  std::unique_ptr<test_support::Sql> sql_;
  std::unique_ptr<pg::Connection> connection_;
};

TEST_F(TableStateTest, EveryPairOfStatesDoesWhatTheTableOfTransitionsSays) {
  constexpr Kind kAll[] = {Kind::kNone,   Kind::kInCopy, Kind::kCatchingUp, Kind::kWannaSync,
                           Kind::kDoSync, Kind::kOk,     Kind::kUnknown};
  for (const Kind from : kAll) {
    for (const Kind to : kAll) {
      for (const Actor actor : {Actor::kCopy, Actor::kMainWorker}) {
        Put(from, kSnapshot);
        const std::string before = Row();
        const StateTransition* transition = FindTransition(from, to, actor);
        const bool stores =
            transition && transition->snapshot == StateTransition::Snapshot::kStored;
        StateChange change{.to = {.kind = to, .tick = pgq::TickId(5), .text = "odd"},
                           .actor = actor,
                           .snapshot = pgq::Snapshot::Parse(stores ? kOtherSnapshot : kSnapshot),
                           .tick = pgq::TickId(5)};
        if (transition && transition->needs == StateTransition::Needs::kNoCopy) {
          EXPECT_FALSE(Change(change)) << "a copy was made, and must be handed over";
          change.snapshot.reset();
          change.tick.reset();
        }
        EXPECT_EQ(Change(change), transition != nullptr) << before;
        if (!transition) {
          EXPECT_EQ(Row(), before) << "nothing changes";
          continue;
        }
        const std::string snapshot =
            stores
                ? kOtherSnapshot
                : (transition->snapshot == StateTransition::Snapshot::kKept ? kSnapshot : "none");
        EXPECT_EQ(Row(), change.to.ToText().value_or("NULL") + "|" + snapshot + "\n");
      }
    }
  }
}

TEST_F(TableStateTest, AnotherSnapshotOrTickMeansThatTheTableChangedHands) {
  const auto snapshot = pgq::Snapshot::Parse(kSnapshot);
  for (const std::string& other : {std::string(kOtherSnapshot), std::string()}) {
    Put(Kind::kWannaSync, other);
    EXPECT_FALSE(Change({.to = {.kind = Kind::kCatchingUp}, .snapshot = snapshot}));
    Put(Kind::kOk, other);
    EXPECT_FALSE(
        Change({.to = {.kind = Kind::kOk}, .actor = Actor::kMainWorker, .snapshot = snapshot}));
  }
  Put(Kind::kDoSync, kSnapshot);
  EXPECT_FALSE(Change({.to = {.kind = Kind::kOk}, .tick = pgq::TickId(4)}));
  EXPECT_FALSE(Change({.to = {.kind = Kind::kOk}}));
  EXPECT_EQ(Row(), "do-sync:5|10:20:12\n");
}

TEST_F(TableStateTest, ATableThatIsGoneIsNotWanted) {
  sql_->Exec("update londiste.table_info set local = false");
  EXPECT_FALSE(Change({.to = {.kind = Kind::kInCopy}}));
  sql_->Exec("delete from londiste.table_info");
  EXPECT_FALSE(Change({.to = {.kind = Kind::kInCopy}}));
}

TEST_F(TableStateTest, ReadsWhatIsStored) {
  Put(Kind::kInCopy, kSnapshot);
  sql_->Exec(
      "update londiste.table_info set table_attrs = 'skip_truncate=1&copy_node=%3f', dest_table = "
      "'other.x', dropped_ddl = 'create index'");
  pqxx::work tx(*connection_);
  const auto locked = LockTable(tx, "q", "public.t");
  const auto listed = ReadTable(tx, "q", "public.t");
  ASSERT_TRUE(locked && listed);
  for (const Table& table : {*locked, *listed}) {
    EXPECT_EQ(table.name, "public.t");
    EXPECT_TRUE(table.local);
    EXPECT_EQ(table.state, MergeState::Parse("in-copy"));
    EXPECT_EQ(table.custom_snapshot, pgq::Snapshot::Parse(kSnapshot));
    EXPECT_TRUE(table.skip_truncate());
    EXPECT_EQ(table.copy_node(), "?");
    EXPECT_EQ(table.dest.ToString(), "other.x");
    EXPECT_EQ(table.dropped_ddl, "create index");
  }
  EXPECT_FALSE(LockTable(tx, "q", "public.u"));
  EXPECT_FALSE(ReadTable(tx, "q", "public.u"));
}

}  // namespace
