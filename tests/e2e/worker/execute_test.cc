// Scripts down a cascade: rows around them, pieces, kills, nodes that a script stops.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

class WorkerExecute : public WorkerStory {
 protected:
  void Execute(const std::string& name, const std::string& script) {
    root_->MustLondiste({"execute", dir_.Write(name, script)});
  }
  std::string Condition(Node& node) {
    return node.sql().Value(
        "select string_agg(kind || ': ' || message || ' HINT: ' || hint, '; ') from "
        "pgq.get_conditions('q_teste_replica') where severity = 'error'");
  }
  bool Stops(Node& node, const std::string& text) {
    return Eventually(30s, node.name() + " stops with " + text,
                      [&] { return Condition(node).find(text) != std::string::npos; });
  }
  // Several transactions, so that scripts have rows before and behind them in their batch.
  void InOneBatch(const std::function<void()>& work) {
    root_->sql().Exec("update pgq.queue set queue_ticker_paused = true");
    work();
    root_->sql().Exec(
        "update pgq.queue set queue_ticker_paused = false; select "
        "pgq.force_tick('q_teste_replica'), pgq.ticker('q_teste_replica')");
  }
};

// The value of an enum, the index, the second script's column: each is used by rows of the batch.
constexpr const char* kPieces =
    "insert into log values ('first');\n"
    "create unique index concurrently t_v on t (v, id);\n"
    "insert into log values ('second');\n"
    "alter type color add value 'pink';\n"
    "alter table t add c color default 'pink';\n"
    "vacuum t;\n"
    "drop index concurrently t_v;\n"
    "insert into log values ('third');\n";
constexpr const char* kSetup =
    "create table log (what text, n serial); create type color as enum ('red')";

TEST_F(WorkerExecute, PiecesRunAtTheirPlaceOnEveryNode) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  for (Node* node : {root_.get(), branch.get(), leaf.get()}) node->sql().Exec(kSetup);
  InOneBatch([&] {
    Insert(1, 3);
    Execute("pieces.sql", kPieces);
    root_->sql().Exec("insert into t values (4, 'behind', 'pink')");
    Execute("whole.sql", "alter table t add w int default 7");
    root_->sql().Exec("insert into t values (5, 'last', 'red', 8)");
  });
  for (Node* node : {branch.get(), leaf.get()}) {
    EXPECT_TRUE(BecomesEqual(*node)) << node->Log();
    EXPECT_TRUE(AppliedOnce(*node, 1, 5));
    EXPECT_EQ(node->sql().Text("select what from log order by n"), "first\nsecond\nthird\n");
    EXPECT_EQ(node->sql().Value("select count(*) from pg_indexes where tablename = 't'"), "1");
    EXPECT_EQ(node->sql().Value("select count(*) from londiste.execute_progress"), "0");
    EXPECT_EQ(node->sql().Text("select execute_file from londiste.applied_execute order by 1"),
              "pieces.sql\nwhole.sql\n");
  }
  // The branch hands everything on, once and under the same ids.
  const std::string events =
      "select ev_id, ev_type, ev_extra1 from pgq.event_template where ev_type like 'I%' or ev_type "
      "= 'EXECUTE' order by 1";
  EXPECT_EQ(branch->sql().Text(events), root_->sql().Text(events));
}

// One kill after the other, on the same node.
TEST_F(WorkerExecute, AKillAnywhereNeitherRepeatsNorSkips) {
  StartRoot();
  const auto node = AddBranch();
  for (Node* each : {root_.get(), node.get()}) each->sql().Exec(kSetup);
  const char* kStops[] = {
      "batch_before_commit=kill@1",         "execute_before_piece_commit=kill@1",
      "execute_after_piece=kill@1",         "execute_before_outside=kill@1",
      "execute_after_outside=kill@1",       "execute_after_noted=kill@1",
      "execute_before_piece_commit=kill@2", "execute_after_piece=kill@2",
      "execute_after_outside=kill@2",       "execute_after_outside=kill@3",
      "execute_after_piece=kill@4",         "batch_before_commit=kill@2",
      "batch_after_commit=kill@1"};
  int last = 0;
  for (const char* stop : kStops) {
    EXPECT_EQ(node->StopWorker(), 0) << stop;
    for (Node* each : {root_.get(), node.get()})
      each->sql().Exec("truncate log; alter table t drop column if exists c");
    const std::string file = std::string(stop) + ".sql";
    const std::string value = "v" + std::to_string(last);
    std::string script = kPieces;
    for (std::size_t at; (at = script.find("pink")) != std::string::npos;)
      script.replace(at, 4, value);
    InOneBatch([&] {
      Insert(last + 1, last + 2);
      Execute(file, script);
      root_->sql().Exec("insert into t values (" + std::to_string(last + 3) + ", 'x', '" + value +
                        "')");
    });
    last += 3;
    node->StartWorker({{"SKYTOOLS_FAILPOINT", stop}});
    EXPECT_EQ(node->worker().Wait(30s), 128 + 9) << stop << node->Log();
    node->StartWorker();
    EXPECT_TRUE(BecomesEqual(*node)) << stop << node->Log();
    EXPECT_EQ(node->sql().Text("select what from log order by n"), "first\nsecond\nthird\n")
        << stop;
    EXPECT_EQ(node->sql().Value("select count(*) from pg_indexes where tablename = 't'"), "1")
        << stop;
  }
  EXPECT_TRUE(AppliedOnce(*node, 1, last));
  EXPECT_EQ(node->sql().Value("select count(*) from londiste.execute_progress"), "0");
  const std::string events =
      "select ev_id, ev_type from pgq.event_template where ev_type like 'I%' or ev_type = "
      "'EXECUTE' order by 1";
  EXPECT_EQ(node->sql().Text(events), root_->sql().Text(events));
}

TEST_F(WorkerExecute, AScriptThatCannotRunStopsTheNodeUntilSomebodyDecides) {
  StartRoot();
  const auto leaf = AddLeaf();
  root_->sql().Exec("create table only_here (id int); create table later (id int)");

  // Tried again by itself, and at once when it is told to.
  Execute("retry.sql", "select 1;\n\nalter table later add x int;");
  Insert(1, 2);
  EXPECT_TRUE(Stops(*leaf,
                    "worker_stopped: could not execute \"retry.sql\", statement 2 at line 3 "
                    "(alter table later add x int): relation \"later\" does not exist "
                    "(SQLSTATE 42P01) HINT: "))
      << Condition(*leaf);
  EXPECT_THAT(leaf->MustLondiste({"status"}).out, HasSubstr("execute --retry retry.sql"));
  auto result = leaf->Londiste({"execute", "--skip", "other.sql"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("script \"other.sql\" has not stopped this node"));
  EXPECT_THAT(result.err, HasSubstr("The script that has: \"retry.sql\"."));
  leaf->sql().Exec("create table later (id int)");
  leaf->MustLondiste({"execute", "--retry", "retry.sql"});
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(Eventually(10s, "condition over", [&] { return Condition(*leaf) == "(null)"; }));

  Execute("skip.sql", "alter table only_here add x int");
  Insert(3, 4);
  EXPECT_TRUE(Stops(*leaf, "\"skip.sql\""));
  EXPECT_TRUE(Eventually(10s, "noted", [&] {
    return leaf->Londiste({"execute", "--skip", "skip.sql"}).status == 0;
  }));
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_THAT(leaf->Log(), HasSubstr("skipped \"skip.sql\", as execute --skip has decided"));

  Execute("force.sql", "--*-- Need-Table: t, only_here\nalter table t add x int");
  root_->sql().Exec("insert into t values (5, 'forced', 5)");
  EXPECT_TRUE(Stops(*leaf,
                    "could not execute \"force.sql\": SQL only partially matches local setup: "
                    "matches=[t] misses=[only_here]"));
  EXPECT_TRUE(Eventually(10s, "noted", [&] {
    return leaf->Londiste({"execute", "--force", "force.sql"}).status == 0;
  }));
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_EQ(leaf->sql().Value("select x from t where id = 5"), "5");

  // In pieces: what came before the failure is done, once.
  root_->sql().Exec("create table log (what text)");
  leaf->sql().Exec(
      "create table log (what text); set session_replication_role = replica; insert into t values "
      "(-1, 'forced', 1); reset session_replication_role");
  InOneBatch([&] {
    Insert(6, 7);
    Execute("pieces.sql",
            "insert into log values ('once'); create unique index concurrently t_x on t (v) where "
            "v = 'forced'; insert into log values ('twice')");
    Insert(8, 9);
  });
  EXPECT_TRUE(Stops(*leaf, "could not create unique index \"t_x\""));
  EXPECT_EQ(leaf->sql().Text("select what from log"), "once\n");
  EXPECT_EQ(leaf->sql().Value("select max(id) from t"), "7");
  EXPECT_EQ(leaf->sql().Value("select count(*) from pg_indexes where indexname = 't_x'"), "0");
  leaf->sql().Exec(
      "set session_replication_role = replica; delete from t where id = -1; reset "
      "session_replication_role");
  leaf->MustLondiste({"execute", "--retry", "pieces.sql"});
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_EQ(leaf->sql().Text("select what from log"), "once\ntwice\n");
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 9));

  // Each failure was told once, not at every attempt.
  const std::string log = leaf->Log();
  const std::string line = "could not execute \"retry.sql\", statement 2";
  std::size_t told = 0;
  for (std::size_t at = log.find(line); at != std::string::npos; at = log.find(line, at + 1))
    ++told;
  EXPECT_LE(told, 3U) << log;  // the failure, the condition, and a count
}

// A batch that is applied in part comes again as another one: more ticks in it, and among its
// events one with a lower id than the script that was not in the first one.
TEST_F(WorkerExecute, APartlyAppliedBatchMayComeAgainLarger) {
  StartRoot();
  const auto leaf = AddLeaf();
  test_support::Sql late(root_->connstr());
  late.Exec("begin; insert into t values (100, 'late')");
  InOneBatch([&] {
    Insert(1, 3);
    root_->sql().Exec("create table extra (id int)");
    Execute("pieces.sql", "vacuum extra");
    Insert(4, 5);
  });
  EXPECT_TRUE(Stops(*leaf, "relation \"extra\" does not exist")) << leaf->Log();
  EXPECT_EQ(leaf->sql().Value("select max(id) from t"), "3");
  EXPECT_EQ(leaf->StopWorker(), 0);
  late.Exec("commit");
  Insert(6, 7);
  root_->sql().Exec("select pgq.force_tick('q_teste_replica'), pgq.ticker('q_teste_replica')");
  leaf->MustLondiste({"worker", "--rewind"});
  leaf->sql().Exec("create table extra (id int)");
  leaf->StartWorker();
  EXPECT_TRUE(BecomesEqual(*leaf)) << leaf->Log();
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 7));
  EXPECT_TRUE(AppliedOnce(*leaf, 100, 100));
  EXPECT_EQ(leaf->sql().Value("select count(*) from londiste.execute_progress"), "0");
}

// The copy sees at its source what the script made or changed, and then the script runs here: the
// new column must not stay left out, and no row be changed twice.
TEST_F(WorkerExecute, ACopyDuringWhichAScriptChangesTheTableStartsOver) {
  StartRoot();
  const auto leaf = AddLeaf();
  Insert(1, 5);
  EXPECT_TRUE(BecomesEqual(*leaf));
  const struct {
    const char *script, *change;
  } kRounds[] = {
      {"alter table t add w int default 1", "update t set w = id * 10"},
      {"update t set w = w + 1", "update t set v = 'x'"},
      {"update t set w = w + 1; vacuum t; update t set w = w * 2", "update t set v = 'y'"},
  };
  int number = 0;
  for (const auto& round : kRounds) {
    EXPECT_EQ(leaf->StopWorker(), 0);
    InOneBatch([&] {
      Execute(std::to_string(++number) + ".sql", round.script);
      root_->sql().Exec(round.change);
      leaf->MustLondiste({"resync", "t"});
      leaf->StartWorker();
      EXPECT_TRUE(Eventually(30s, "rows are copied", [&] {
        return leaf->sql().Value("select count(*) from t") == "5" &&
               leaf->sql().Value("select merge_state from londiste.table_info") == "catching-up";
      }));
    });
    EXPECT_TRUE(Eventually(30s, "the copy starts over", [&] {
      return leaf->Log().find("a script changed it during the copy") != std::string::npos;
    })) << round.script;
    leaf->MustLondiste({"wait-sync"});
    EXPECT_TRUE(BecomesEqual(*leaf)) << round.script << leaf->Log();
    EXPECT_EQ(leaf->sql().Value("select count(*) from londiste.left_out_column"), "0");
  }
  EXPECT_EQ(leaf->sql().Text("select id, w from t order by id"), "1|24\n2|44\n3|64\n4|84\n5|104\n");
}

}  // namespace
}  // namespace e2e
