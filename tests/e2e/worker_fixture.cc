#include "e2e/worker_fixture.h"

#include <stdexcept>

namespace e2e {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using test_support::TableDigest;

void WorkerStory::StartRoot() {
  provider_.CreateNodeDatabase("db1");
  root_ = std::make_unique<Node>(dir_, provider_, "db1", "node1");
  root_->CreateRoot();
  if (HasFailure()) throw std::runtime_error("could not create the root");
  root_->sql().Exec("create table t (id int primary key, v text)");
  root_->StartWorker();
  pgqd_ = test_support::StartPgqd(dir_, provider_);
  root_->MustLondiste({"add-table", "t"});
}

std::unique_ptr<Node> WorkerStory::AddNode(const std::string& type, const std::string& name,
                                           const Node& provider,
                                           test_support::PostgresServer& server) {
  server.CreateNodeDatabase("db_" + name);
  auto node = std::make_unique<Node>(dir_, server, "db_" + name, name);
  node->sql().Exec(
      "create table t (id int primary key, v text);"
      "create table applied_rows (id int, op text);"
      "create function note_row() returns trigger language plpgsql as $$ begin"
      " insert into public.applied_rows values (coalesce(new.id, old.id), tg_op); return null; end "
      "$$;"
      "create trigger note_row after insert or update or delete on t for each row execute function "
      "note_row();"
      "alter table t enable always trigger note_row");
  if (type == "branch")
    node->CreateBranch(provider);
  else
    node->CreateLeaf(provider);
  if (HasFailure()) throw std::runtime_error("could not create " + name);
  node->StartWorker();
  node->MustLondiste({"add-table", "t"});
  node->MustLondiste({"wait-sync"});
  EXPECT_TRUE(BecomesEqual(*node));
  node->sql().Exec("truncate applied_rows");
  return node;
}

void WorkerStory::Insert(int from, int to) {
  // Statement by statement: several ticks, several batches.
  for (int id = from; id <= to; ++id)
    root_->sql().Exec("insert into t values (" + std::to_string(id) + ", 'row " +
                      std::to_string(id) + "')");
}

testing::AssertionResult WorkerStory::BecomesEqual(Node& node) {
  return test_support::EventuallyEqual(
      60s, [&] { return TableDigest(root_->sql(), "t"); },
      [&] { return TableDigest(node.sql(), "t"); });
}

testing::AssertionResult WorkerStory::AppliedOnce(Node& node, int from, int to) {
  const std::string counted =
      node.sql().Text("select i, count(a.id) from generate_series(" + std::to_string(from) + ", " +
                      std::to_string(to) +
                      ") i left join applied_rows a on a.id = i and a.op = 'INSERT' group by i "
                      "having count(a.id) <> 1 order by i");
  if (counted.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "row|times applied on " << node.name() << ":\n"
                                     << counted << node.Log();
}

}  // namespace e2e
