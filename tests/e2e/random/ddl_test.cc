// A table whose structure changes by chance while others write to it. After each few changes all
// nodes have the same structure and the same rows.
//
// SKYTOOLS_RANDOM_DDL: how many changes (30), SKYTOOLS_RANDOM_SEED: which chance.
#include <atomic>
#include <thread>

#include "e2e/random/chance.h"
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::Sql;

// The names of the table's columns but its key's, quoted.
std::vector<std::string> Columns(Sql& sql) {
  std::vector<std::string> names;
  for (
      const auto& row : sql.Exec(
          "select quote_ident(attname) from pg_attribute where attrelid = 'd'::regclass and attnum "
          "> 0 and not attisdropped and attgenerated = '' and attname not in (select a.attname "
          "from "
          "pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) "
          "where i.indrelid = 'd'::regclass and i.indisprimary) order by attnum"))
    names.push_back(*row[0]);
  return names;
}

// Writes whatever fits the table as it is just then; what does not, fails, and that is all right.
class Writer {
 public:
  Writer(std::string connstr, unsigned seed)
      : thread_([this, connstr = std::move(connstr), seed] { Run(connstr, seed); }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
  }
  // Between two statements of each writer, or a little later.
  static void Pause(bool pause) { paused_ = pause; }
  int written() const { return written_; }

 private:
  void Run(const std::string& connstr, unsigned seed) {
    Sql sql(connstr);
    Chance chance(seed);
    while (!stop_) {
      if (paused_) {
        std::this_thread::sleep_for(5ms);
        continue;
      }
      const std::vector<std::string> columns = Columns(sql);
      const std::string key = "(select id from d order by random() limit 1)";
      std::string statement =
          "insert into d (id) select coalesce(max(id), 0) + 1 + (random() * 50)::int from d";
      const int kind = chance.Below(10);
      if (kind >= 4 && !columns.empty())
        statement = "update d set " + chance.OneOf(columns) + " = '" +
                    std::to_string(chance.Below(90)) + "' where id = " + key;
      if (kind == 8) statement = "delete from d where id = " + key;
      if (kind == 9) statement = "update d set id = -id - 1 where id = " + key;
      if (sql.Error(statement).empty()) ++written_;
    }
  }

  static inline std::atomic<bool> paused_{false};
  std::atomic<bool> stop_{false};
  std::atomic<int> written_{0};
  std::thread thread_;
};

class RandomDdl : public WorkerStory {
 protected:
  std::string Change();
  testing::AssertionResult Equal(Node& node);

  Chance chance_{static_cast<unsigned>(FromEnvironment("SKYTOOLS_RANDOM_SEED", 1))};
  int names_ = 0;
};

// One statement, or a few in one transaction.
std::string RandomDdl::Change() {
  Sql& sql = root_->sql();
  const std::vector<std::string> columns = Columns(sql);
  const std::string n = std::to_string(++names_);
  const std::string column = columns.empty() ? "id" : chance_.OneOf(columns);
  const std::vector<std::string> types = {"int",           "bigint",  "text",    "varchar(30)",
                                          "numeric(12,2)", "char(9)", "smallint"};
  const auto constraint = [&](const std::string& type) {
    return sql.Value(
        "select quote_ident(conname) from pg_constraint where conrelid = 'd'::regclass "
        "and contype = '" +
        type + "' order by random() limit 1");
  };
  switch (chance_.Below(20)) {
    case 0:
    case 1:
    case 2:
      return "alter table d add column c" + n + " " + chance_.OneOf(types) +
             chance_.OneOf({"", " default 7", " not null default 8",
                            " default extract(year from now())::int",
                            " generated always as (9) stored"});
    case 3:
      return "alter table d add column \"Odd " + n + "\" text default 'it''s', drop column " +
             column;
    case 4:
    case 5:
      return "alter table d drop column " + column + chance_.OneOf({"", " cascade"});
    case 6:
      return "alter table d rename column " + column + " to r" + n;
    case 7:
      return "alter table d alter column " + column + " type " + chance_.OneOf(types) +
             " using nullif(left(trim(" + column +
             "::text), 2), '')::" + "numeric::int::text::" + chance_.OneOf(types);
    case 8:
      return "alter table d alter column " + column + " type " + chance_.OneOf(types);
    case 9:
      return "alter table d alter column " + column + " set default '" +
             std::to_string(chance_.Below(9)) + "'";
    case 10:
      return "alter table d alter column " + column +
             chance_.OneOf({" drop default", " drop not null"});
    case 11:
      return "update d set " + column + " = '1' where " + column +
             " is null; alter table d alter column " + column + " set not null";
    case 12:
      return "create index i" + n + " on d (" + column + chance_.OneOf({"", " desc", ", id"}) +
             ")" + chance_.OneOf({"", " where id > 3"});
    case 13: {
      const std::string index = sql.Value(
          "select indexrelid::regclass from pg_index where indrelid = 'd'::regclass and not "
          "indisprimary order by random() limit 1");
      return index == "(none)" ? ""
                               : chance_.OneOf({"drop index " + index,
                                                "alter index " + index + " rename to x" + n});
    }
    case 14:
      return "alter table d add constraint k" + n + " check (" + column + "::text <> '89')" +
             chance_.OneOf({"", " not valid"});
    case 15:
      return "alter table d rename constraint " + constraint("c") + " to y" + n;
    case 16:
      return "alter table d drop constraint " + constraint("c");
    case 17:
      return "comment on column d." + column + " is 'comment " + n + "'";
    case 18:
      return "do $$ begin alter table d add column s" + n + " text; update d set s" + n +
             " = id; alter table d alter s" + n + " type int using s" + n + "::int; end $$";
    default:
      return "alter table d drop constraint " + constraint("p") + ", add constraint p" + n +
             " primary key (id)";
  }
}

testing::AssertionResult RandomDdl::Equal(Node& node) {
  const auto rows = [](Node& of) {
    return of.sql().Value("select md5(string_agg(d::text, ',' order by id)) || count(*) from d");
  };
  const auto equal = EventuallyEqual(
      60s, [&] { return rows(*root_); }, [&] { return rows(node); });
  if (!equal) return equal;
  const auto check = node.Londiste({"check", "d"});
  if (check.out.starts_with("public.d: as on ")) return testing::AssertionSuccess();
  return testing::AssertionFailure() << check.out << check.err;
}

TEST_F(RandomDdl, AllNodesFollow) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  const std::string table = "create table d (id int primary key, a int, b text, c varchar(20))";
  root_->sql().Exec(table + "; insert into d select n, n, n, n from generate_series(1, 20) n");
  root_->MustLondiste({"add-table", "d"});
  root_->MustLondiste({"ddl", "replicate"});
  for (Node* node : {branch.get(), leaf.get()})
    node->MustLondiste({"add-table", "d", "--create-full", "--wait-sync"});

  const int changes = FromEnvironment("SKYTOOLS_RANDOM_DDL", 30);
  std::vector<std::unique_ptr<Writer>> writers;
  for (unsigned i = 0; i < 4; ++i)
    writers.push_back(std::make_unique<Writer>(root_->connstr(), i + 1));
  std::string log;
  int made = 0, since = 0;
  while (made < changes && !HasFailure()) {
    const std::string change = Change();
    const std::string error = change.empty() ? "nothing to do" : root_->sql().Error(change);
    log += change + (error.empty() ? "" : "   -- " + error) + "\n";
    if (!error.empty()) continue;
    ++made;
    if (++since < 10 && made < changes) continue;
    since = 0;
    Writer::Pause(true);
    std::this_thread::sleep_for(50ms);
    EXPECT_TRUE(Equal(*branch)) << log << branch->Log();
    EXPECT_TRUE(Equal(*leaf)) << log << leaf->Log();
    Writer::Pause(false);
  }
  int written = 0;
  for (const auto& writer : writers) written += writer->written();
  EXPECT_GT(written, changes) << "the writers were refused nearly always\n" << log;
  RecordProperty("written", written);
}

}  // namespace
}  // namespace e2e
