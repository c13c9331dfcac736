// Tables that are created, renamed, moved and dropped by chance while others write to them. After
// each few changes all nodes have the same tables with the same rows.
//
// SKYTOOLS_RANDOM_DDL: how many changes (40), SKYTOOLS_RANDOM_SEED: which chance.
#include <atomic>
#include <random>
#include <thread>

#include "e2e/random/chance.h"
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::Sql;

// A table of the two schemas, or "".
std::string AnyTable(Sql& sql) {
  const std::string table = sql.Value(
      "select coalesce((select oid::regclass::text from pg_class where relkind = 'r' and "
      "relnamespace in (select oid from pg_namespace where nspname ~ '^[ab][0-9]*$') order by "
      "random() limit 1), '')");
  return table;
}

// Writes whatever fits a table as it is just then; what does not, fails, and that is all right.
class Writer {
 public:
  explicit Writer(std::string connstr)
      : thread_([this, connstr = std::move(connstr)] { Run(connstr); }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
  }
  static void Pause(bool pause) { paused_ = pause; }
  int written() const { return written_; }

 private:
  void Run(const std::string& connstr) {
    Sql sql(connstr);
    for (int turn = 0; !stop_; ++turn) {
      const std::string table = paused_ ? "" : AnyTable(sql);
      if (table.empty()) {
        std::this_thread::sleep_for(5ms);
        continue;
      }
      const std::string key = "(select id from " + table + " order by random() limit 1)";
      std::string statement = "insert into " + table + " (id, v) select (random() * 1e9)::int, 'w'";
      if (turn % 4 == 1) statement = "update " + table + " set v = v || 'u' where id = " + key;
      if (turn % 4 == 2) statement = "update " + table + " set id = -id where id = " + key;
      if (turn % 9 == 3) statement = "delete from " + table + " where id = " + key;
      if (turn % 50 == 7) statement = "truncate " + table;
      if (sql.Error(statement).empty()) ++written_;
    }
  }

  static inline std::atomic<bool> paused_{false};
  std::atomic<bool> stop_{false};
  std::atomic<int> written_{0};
  std::thread thread_;
};

class RandomDdlTables : public WorkerStory {
 protected:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  std::string Schema(char letter) {
    return root_->sql().Value("select nspname from pg_namespace where nspname ~ '^" +
                              std::string(1, letter) + "[0-9]*$'");
  }
  std::string Change();
  static std::string Tables(Node& node);

  std::mt19937 random_{static_cast<unsigned>(FromEnvironment("SKYTOOLS_RANDOM_SEED", 1))};
  int names_ = 0;
};

// One transaction.
std::string RandomDdlTables::Change() {
  const std::string n = std::to_string(++names_);
  const std::string schema = Schema(Below(2) == 0 ? 'a' : 'b');
  const std::string made = schema + ".t" + n, columns = " (id int primary key, v text)";
  const std::string table = AnyTable(root_->sql());
  const std::string name = table.substr(table.find('.') + 1);
  switch (table.empty() ? 0 : Below(12)) {
    case 0:
    case 1:
      return "create table " + made + columns + "; insert into " + made + " values (1, 'first')";
    case 2:  // with rows before it can be added
      return "create table " + made + " (id int not null, v text); insert into " + made +
             " select i, 'row' from generate_series(1, 2000) i; alter table " + made +
             " add primary key (id)";
    case 3:
      return "create table " + made + " as select * from " + table + "; alter table " + made +
             " add primary key (id)";
    case 4:
    case 5:
      return "alter table " + table + " rename to r" + n;
    case 6:
      return "alter table " + table + " set schema " + schema;
    case 7:
      return "alter schema " + schema + " rename to " + schema.substr(0, 1) + n;
    case 8:
      return "drop table " + table;
    case 9:
      return "drop table " + table + "; create table " + table + columns + "; insert into " +
             table + " values (7, 'again')";
    case 10:  // another takes its place
      return "create table " + made + columns + "; insert into " + made + " select id, v from " +
             table + "; alter table " + table + " rename to old" + n + "; alter table " + made +
             " set schema " + table.substr(0, table.find('.')) + "; alter table " +
             table.substr(0, table.find('.')) + ".t" + n + " rename to " + name;
    default:
      return "alter table " + table + " add column c" + n + " int default 3; update " + table +
             " set c" + n + " = 4 where id > 0; alter table " + table + " rename to c" + n;
  }
}

std::string RandomDdlTables::Tables(Node& node) {
  std::string text;
  try {
    for (const auto& row :
         node.sql().Exec("select table_name, londiste.quote_fqname(coalesce(dest_table, "
                         "table_name)), merge_state from londiste.table_info order by 1"))
      text += *row[0] + " " + row[2].value_or("NULL") + " " +
              node.sql().Value(
                  "select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' "
                  "order by id)), '') from " +
                  *row[1] + " t") +
              "\n";
  } catch (const std::exception& error) {
    return error.what();
  }
  return text;
}

TEST_F(RandomDdlTables, AllNodesFollow) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  root_->sql().Exec("create schema a; create schema b");
  root_->MustLondiste({"ddl", "replicate", "--tables=a*.*,b*.*"});

  const int changes = FromEnvironment("SKYTOOLS_RANDOM_DDL", 40);
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < 3; ++i) writers.push_back(std::make_unique<Writer>(root_->connstr()));
  std::string log;
  int made = 0, since = 0;
  while (made < changes && !HasFailure()) {
    const std::string change = Change();
    const std::string error = root_->sql().Error(change);
    log += change + (error.empty() ? "" : "   -- " + error) + "\n";
    if (!error.empty()) continue;
    ++made;
    if (++since < 10 && made < changes) continue;
    since = 0;
    Writer::Pause(true);
    for (Node* node : {branch.get(), leaf.get()})
      EXPECT_TRUE(EventuallyEqual(
          60s, [&] { return Tables(*root_); }, [&] { return Tables(*node); }))
          << log << node->Log();
    Writer::Pause(false);
  }
  int written = 0;
  for (const auto& writer : writers) written += writer->written();
  EXPECT_GT(written, changes) << "the writers were refused nearly always\n" << log;
  RecordProperty("written", written);
}

}  // namespace
}  // namespace e2e
