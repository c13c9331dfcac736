#include "e2e/merge_fixture.h"

#include <stdexcept>

namespace e2e {

using namespace std::chrono_literals;
using test_support::Node;

namespace {

constexpr const char* kRows = "select id || ' ' || part || ' ' || v from t order by id";

}  // namespace

void MergeStory::StartParts(int rows) {
  int number = 0;
  for (auto* root : {&root1_, &root2_}) {
    const std::string name = "part" + std::to_string(++number);
    parts_.CreateNodeDatabase(name);
    *root = std::make_unique<Node>(dir_, parts_, name, name, "q" + std::to_string(number));
    (*root)->CreateRoot();
    (*root)->sql().Exec(
        "create table t (id int primary key, part text, v text); create index on t (v); insert "
        "into t select i * 2 - " +
        std::to_string(2 - number) + ", '" + name + "', 'row' from generate_series(1, " +
        std::to_string(rows) + ") i");
    (*root)->MustLondiste({"add-table", "t"});
    (*root)->StartWorker();
  }
  last_ = 2 * rows;
  pgqd_parts_ = test_support::StartPgqd(dir_, parts_, "pgqd_parts");
  pgqd_merged_ = test_support::StartPgqd(dir_, merged_, "pgqd_merged");
  if (HasFailure()) throw std::runtime_error("could not create the parts");
}

CombinedDatabase MergeStory::Combine(const std::string& name, Node* provider,
                                     const std::string& settings) {
  merged_.CreateNodeDatabase(name);
  CombinedDatabase database;
  database.combined = std::make_unique<Node>(dir_, merged_, name, name, "all", settings);
  database.sql().Exec(
      "create table t (id int primary key, part text, v text); create index on t (v);"
      "create table applied_rows (id int, op text);"
      "create function note_row() returns trigger language plpgsql as $$ begin"
      " insert into public.applied_rows values (coalesce(new.id, old.id), tg_op); return null; end "
      "$$;"
      "create trigger note_row after insert or update or delete on t for each row execute function "
      "note_row();"
      "alter table t enable always trigger note_row");
  if (provider)
    database.combined->CreateBranch(*provider);
  else
    database.combined->CreateRoot();
  int number = 0;
  for (auto* leaf : {&database.part1, &database.part2}) {
    const std::string part = std::to_string(++number);
    Node& root = number == 1 ? *root1_ : *root2_;
    *leaf =
        std::make_unique<Node>(dir_, merged_, name, name + "_part" + part, "q" + part, settings);
    (*leaf)->MustLondiste({"create-leaf", (*leaf)->name(), (*leaf)->connstr(),
                           "--provider=" + root.connstr(), "--merge=all"});
  }
  if (HasFailure()) throw std::runtime_error("could not create " + name);
  return database;
}

void MergeStory::StartWorkers(CombinedDatabase& database) {
  for (Node* node : database.all()) node->StartWorker();
}

void MergeStory::AddTable(CombinedDatabase& database) {
  database.part1->MustLondiste({"add-table", "t", "--merge-all"});
  for (Node* node : database.all()) node->MustLondiste({"wait-sync"});
  EXPECT_TRUE(IsMerged(database));
  database.sql().Exec("truncate applied_rows");
}

void MergeStory::Insert(int from, int to) {
  for (int id = from; id <= to; ++id) {
    Node& root = id % 2 == 1 ? *root1_ : *root2_;
    root.sql().Exec("insert into t values (" + std::to_string(id) + ", '" + root.name() +
                    "', 'new')");
  }
  last_ = to;
}

std::string MergeStory::PartsDigest() {
  Node* const roots[] = {root1_.get(), root2_.get()};
  std::string rows;
  for (Node* root : roots) rows += root->sql().Text(kRows);
  // As one list in the order of ids: the database sorts better than we do.
  return root1_->sql().Text(
      "select md5(string_agg(line, ',' order by split_part(line, ' ', 1)::int)) || ' ' || count(*) "
      "from regexp_split_to_table(rtrim($rows$" +
      rows + "$rows$, E'\\n'), E'\\n') line");
}

testing::AssertionResult MergeStory::IsMerged(CombinedDatabase& database) {
  return test_support::EventuallyEqual(
      60s, [&] { return PartsDigest(); },
      [&] {
        return database.sql().Text(
            "select md5(string_agg(id || ' ' || part || ' ' || v, ',' order by id)) || ' ' || "
            "count(*) from t");
      });
}

testing::AssertionResult MergeStory::AppliedOnce(CombinedDatabase& database, int from, int to) {
  const std::string wrong =
      database.sql().Text("select i, count(a.id) from generate_series(" + std::to_string(from) +
                          ", " + std::to_string(to) +
                          ") i left join applied_rows a on a.id = i and a.op = 'INSERT' group by i "
                          "having count(a.id) <> 1 order by i");
  if (wrong.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "row|times applied on " << database.combined->name() << ":\n"
         << wrong << database.part1->Log() << database.part2->Log();
}

testing::AssertionResult MergeStory::InCombinedQueueOnce(CombinedDatabase& database, int from,
                                                         int to) {
  // Whatever else is on other queues of this database: leafs have none.
  const std::string wrong = database.sql().Text(
      "select i, count(e.ev_id) from generate_series(" + std::to_string(from) + ", " +
      std::to_string(to) +
      ") i left join pgq.event_template e on e.ev_type like 'I%' and e.ev_data ~ ('(^|&)id=' || i "
      "|| '(&|$)') group by i having count(e.ev_id) <> 1 order by i");
  if (wrong.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "row|times in the combined queue:\n" << wrong;
}

std::string MergeStory::States(CombinedDatabase& database) {
  return database.sql().Value(
      "select string_agg(queue_name || ' ' || coalesce(merge_state, 'NULL'), ', ' order by "
      "queue_name) from londiste.table_info where local");
}

}  // namespace e2e
