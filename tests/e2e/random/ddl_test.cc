// Whatever can be done to tables, by chance, while others write to them. After each change all
// nodes have the same tables with the same rows: also one that has a table with other partitions,
// and one that has it with none.
//
// SKYTOOLS_RANDOM_CHANGES: how many (15); SKYTOOLS_RANDOM_SEED: which chance;
// SKYTOOLS_RANDOM_STATEMENTS: a file of statements, a line each, to be run instead, as a failure
// prints them; SKYTOOLS_SUBSCRIBER: the major of the last leaf's server (run by tests/matrix/with).
#include <fstream>
#include <memory>

#include "e2e/random/chance.h"
#include "e2e/random/ddl_patterns.h"
#include "e2e/random/ddl_state.h"
#include "e2e/random/ddl_writer.h"
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using test_support::PostgresServer;
using test_support::Sql;

std::string SubscriberBinDir() {
  const char* major = std::getenv("SKYTOOLS_SUBSCRIBER");
  const char* dir = std::getenv(("SKYTOOLS_PG" + std::string(major ? major : "") + "_BIN").c_str());
  return dir ? dir : "";
}

// In PL/pgSQL what a function returns has to go somewhere.
std::string InBlock(std::string statement) {
  const std::string call = "select chance.";
  for (auto at = statement.find(call); at != std::string::npos; at = statement.find(call))
    statement.replace(at, 6, "perform");
  return "begin " + statement + "; end";
}

class RandomDdl : public WorkerStory {
 protected:
  void StartCascade();
  // False: it failed.
  bool Run(const std::string& statement);
  void Make(const std::string& change) { made_ += Run(change) ? 1 : 0; }
  // Now and then in other words: of a block, of a function.
  std::string Statement();
  void Transaction();
  void Change();
  void Compare();

  Chance chance_{static_cast<unsigned>(FromEnvironment("SKYTOOLS_RANDOM_SEED", 1))};
  int statements_ = 0, made_ = 0, marks_ = 0;
  std::string log_, apart_;
  PostgresServer third_, fourth_{{}, SubscriberBinDir()};
  std::vector<std::unique_ptr<Node>> nodes_;
  std::unique_ptr<Sql> session_;
  std::vector<std::unique_ptr<DdlWriter>> writers_;
};

void RandomDdl::StartCascade() {
  StartRoot();
  nodes_.push_back(AddBranch());
  nodes_.push_back(AddNode("leaf", "node3", *nodes_[0], third_));
  nodes_.push_back(AddNode("leaf", "node4", *root_, fourth_));
  const std::string schemas = "create schema a; create schema b;";
  const std::string plain = schemas + "create table a.p (id int primary key, v text)";
  const std::string parted = plain + " partition by range (id);";
  root_->sql().Exec(
      parted +
      "create table a.p_0 partition of a.p for values from (0) to (10); create table b.d (id int "
      "primary key, a int, b text, c varchar(20)); insert into b.d select n, n, n, n from "
      "generate_series(1, 20) n; create type a.mood as enum ('sad', 'ok'); create domain b.small "
      "as int check (value < 98)");
  root_->sql().Exec(kChanceSchema);
  nodes_[0]->sql().Exec(parted + "create table a.p_0 partition of a.p for values from (0) to (10)");
  nodes_[1]->sql().Exec(parted +
                        "create table a.low partition of a.p for values from (minvalue) to (35); "
                        "create table a.rest partition of a.p default");
  nodes_[2]->sql().Exec(plain);
  root_->MustLondiste({"add-table", "a.p", "b.d"});
  root_->MustLondiste({"ddl", "replicate", "--tables=a*.*,b*.*"});
  for (const auto& node : nodes_)
    node->MustLondiste({"add-table", "a.p", "b.d", "--create-full", "--wait-sync"});
  apart_ = root_->sql().Value("select 'a.p'::regclass::oid");
  session_ = std::make_unique<Sql>(root_->connstr());
  // Where it would come to a deadlock, writers give way before.
  session_->Exec("set deadlock_timeout = '10s'; select setseed(0.5)");
}

bool RandomDdl::Run(const std::string& statement) {
  const std::string error = session_->Error(statement);
  log_ += statement + (error.empty() ? "" : "   -- " + error) + "\n";
  return error.empty();
}

std::string RandomDdl::Statement() {
  for (;;) {
    const auto& patterns =
        *std::vector{
            &kColumnPatterns, &kColumnPatterns, &kKeyPatterns,
            &kTypePatterns,   &kTablePatterns,  &kPartitionPatterns}[static_cast<std::size_t>(
            chance_.Below(6))];
    try {
      return Filling(*session_, chance_, ++statements_).Fill(chance_.OneOf(patterns));
    } catch (const NothingThere&) {
    }
  }
}

void RandomDdl::Transaction() {
  Run("begin");
  for (int i = chance_.Below(4); i >= 0; --i) {
    Run("savepoint s");
    if (!Run(Statement()) || chance_.Below(4) == 0)
      Run("rollback to s");
    else
      ++made_;
    if (chance_.Below(2) == 0 && Run("savepoint s") && !Run("select chance.write()"))
      Run("rollback to s");
  }
  Run(chance_.Below(4) == 0 ? "rollback" : "commit");
}

void RandomDdl::Change() {
  switch (chance_.Below(8)) {
    case 0:
      return Transaction();
    case 1:
      return Make(Statement() + "; " + Statement());
    case 2:
      return Make("do $do$ " + InBlock(Statement()) + " $do$");
    case 3:
      return Make(
          "create or replace function chance.run() returns void language " +
          chance_.OneOf({"sql as $do$ " + Statement(), "plpgsql as $do$ " + InBlock(Statement())}) +
          " $do$; select chance.run()");
    default:
      return Make(Statement());
  }
}

void RandomDdl::Compare() {
  for (const auto& writer : writers_) writer->Pause();
  const std::string mark = std::to_string(++marks_);
  root_->sql().Exec("insert into t values (" + mark + ")");
  // That table has partitions of their own on two nodes.
  const std::string apart = root_->sql().Value(
      "select coalesce(min(table_name), '') from londiste.table_info where "
      "londiste.find_table_oid(table_name) = " +
      apart_);
  for (const auto& node : nodes_) {
    const std::string own = node == nodes_[0] ? "" : apart;
    EXPECT_TRUE(
        Eventually(60s, "all events are applied",
                   [&] { return node->sql().Value("select 1 from t where id = " + mark) == "1"; }))
        << node->name() << "\n"
        << node->Log();
    // Copies and foreign keys come later.
    const auto wanted = TablesOf(*root_, own);
    std::string difference;
    const auto is_equal = [&] {
      difference = Difference(wanted, TablesOf(*node, own));
      return difference.empty();
    };
    EXPECT_TRUE(test_support::WaitUntil(60s, is_equal)) << node->name() << ":\n"
                                                        << difference << node->Log();
    const auto check = node->Londiste({"check"});
    EXPECT_EQ(check.status, 0) << node->name() << ":\n" << check.out;
    if (HasFailure()) return;
  }
  for (const auto& writer : writers_) writer->Continue();
}

TEST_F(RandomDdl, AllNodesFollow) {
  StartCascade();
  for (int i = 0; i < 4; ++i) writers_.push_back(std::make_unique<DdlWriter>(root_->connstr()));
  if (const char* path = std::getenv("SKYTOOLS_RANDOM_STATEMENTS")) {
    std::ifstream file(path);
    for (std::string line; !HasFailure() && std::getline(file, line);) {
      Run(line);
      if (PQtransactionStatus(session_->native()) == PQTRANS_IDLE) Compare();
    }
  } else {
    const int changes = FromEnvironment("SKYTOOLS_RANDOM_CHANGES", 15);
    for (int since = 0; made_ < changes && !HasFailure(); since = made_) {
      Change();
      if (made_ > since) Compare();
    }
  }
  int written = 0;
  for (const auto& writer : writers_) written += writer->written();
  EXPECT_GT(written, made_) << "the writers were refused nearly always";
  if (HasFailure() || std::getenv("SKYTOOLS_RANDOM_CHANGES")) std::cerr << log_;
}

}  // namespace
}  // namespace e2e
