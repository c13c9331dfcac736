// Differences by the hundred in tables of all kinds, while writers go on: all are listed, none is
// invented, and repair makes the tables equal.
//
// SKYTOOLS_SEEDED_TABLES: how many tables (12); SKYTOOLS_SEEDED_DIFFERENCES: about how many in all
// (300); SKYTOOLS_SEEDED_RUNS: how often (1).
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "e2e/compare/compare_fixture.h"
#include "e2e/compare/seeded_shapes.h"
#include "report/json.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using report::Json;
using test_support::RunResult;
using test_support::Sql;
using testing::HasSubstr;
using Lines = std::multiset<std::string>;

int FromEnvironment(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

// Rows by their n: seeded ones from 1 on, behind them some that writers change, too.
constexpr int kHot = 60, kSpoiltHot = 6;
constexpr int kExtra = 1'000'000;  // rows only below
constexpr int kNew = 100'000'000;  // rows that writers put in

struct SeededTable {
  std::string name;
  SeededShape shape;
};

std::string InsertRows(const SeededTable& table, const std::string& which) {
  return "insert into " + table.name + " (" + CommaList(table.shape.columns) +
         ") overriding system value select " + table.shape.values + " from " + which + ";";
}

// Changes rows of all tables on the root: those behind the seeded ones, and its own.
class TablesWriter {
 public:
  TablesWriter(const std::string& connstr, const std::vector<SeededTable>& tables, int seeded,
               int number)
      : tables_(tables),
        seeded_(seeded),
        random_(static_cast<unsigned>(number)),
        next_(kNew + number * 10'000'000),
        thread_([this, connstr] { Run(connstr); }) {}
  ~TablesWriter() {
    stop_ = true;
    thread_.join();
  }
  TablesWriter(const TablesWriter&) = delete;

 private:
  void Run(const std::string& connstr) {
    Sql sql(connstr);
    sql.Exec("set deadlock_timeout = '10ms'; set lock_timeout = '200ms'");
    for (int n = 0; !stop_; ++n) {
      try {
        sql.Exec("begin;" + Change() + "savepoint a;" + Change() +
                 (n % 3 == 0 ? "rollback to a;" : "") + Change() + "commit");
        std::this_thread::sleep_for(2ms);
      } catch (const std::exception&) {
        sql.Exec("rollback");
      }
    }
  }

  std::string Change() {
    const SeededTable& table = tables_[random_() % tables_.size()];
    const std::string insert = InsertRows(table, "generate_series(" + std::to_string(next_ + 1) +
                                                     ", " + std::to_string(next_ + 2) + ") i");
    next_ += 2;
    if (table.shape.key.empty()) return insert;
    const std::string hot =
        "n = " + std::to_string(seeded_ + 1 + static_cast<int>(random_() % kHot));
    return insert + FillIn("update $T set v = left(v, 20) || 'x' where " + hot + ";", table.name) +
           FillIn("delete from $T where n = " + std::to_string(next_ - 1) + ";", table.name);
  }

  const std::vector<SeededTable>& tables_;
  const int seeded_;
  std::mt19937 random_;
  int next_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class SeededDifferences : public CompareStory {
 protected:
  void StartTables(int tables, int differences) {
    per_table_ = std::max(differences / tables, 8);
    seeded_ = per_table_ * 4;
    StartRoot();
    const bool citext = root_->sql().Value(
                            "select count(*) from pg_available_extensions where "
                            "name = 'citext'") == "1";
    const auto shapes = SeededShapes(citext);
    for (int i = 0; i < tables; ++i) {
      const SeededShape& shape = shapes[static_cast<std::size_t>(i) % shapes.size()];
      tables_.push_back({shape.name + std::to_string(i), shape});
    }
    leaf_ = AddLeaf();
    std::vector<std::string> add{"add-table"};
    for (const auto* node : {&root_, &leaf_}) {
      Sql& sql = (*node)->sql();
      sql.Exec("create schema ext;" +
               std::string(citext ? "create extension citext schema ext;" : "") +
               "create collation ext.any_case (provider = icu, locale = 'und-u-ks-level2', "
               "deterministic = false); create domain ext.small as int check (value > -5000000);"
               "create domain ext.word as text; create type ext.mood as enum ('sad', 'happy')");
      for (const SeededTable& table : tables_) {
        const bool below = node == &leaf_;
        const SeededShape& shape = table.shape;
        sql.Exec("create table " + table.name +
                 (below && !shape.below.empty() ? shape.below : shape.above) + ";" +
                 FillIn(below ? shape.then_below : shape.then_above, table.name));
        if (!below)
          sql.Exec(
              InsertRows(table, "generate_series(1, " + std::to_string(seeded_ + kHot) + ") i"));
        else
          add.push_back(table.name);
      }
    }
    root_->MustLondiste(add);
    leaf_->MustLondiste(add);
    leaf_->MustLondiste({"wait-sync"}, 600s);
    for (const SeededTable& table : tables_)
      leaf_->sql().Exec(FillIn(table.shape.once_copied_below, table.name));
  }

  // Every fourth row, one way after the other.
  void SeedDifferences() {
    for (const SeededTable& table : tables_) {
      std::string statements;
      std::vector<std::string> ways = table.shape.spoils;
      ways.insert(
          ways.begin(),
          {"delete from " + FillIn(table.shape.from_below, table.name) + " where $W",
           InsertRows(table, "(select n + " + std::to_string(kExtra) + " from $F where $W) x (i)"),
           "update $F a set v = b.v || b.n from $F b where b.n between 1 and " +
               std::to_string(seeded_) + " and b.n = a.n + 1 and a.$W"});
      for (std::size_t way = 0; way < ways.size(); ++way) {
        std::string statement = ways[way];
        for (std::size_t at; (at = statement.find("$F")) != std::string::npos;)
          statement.replace(at, 2, FillIn(table.shape.from_below, table.name));
        statements += FillIn(statement, table.name,
                             "n = any (array(select 1 + 4 * j from generate_series(0, " +
                                 std::to_string(per_table_ - 1) + ") j where j % " +
                                 std::to_string(ways.size()) + " = " + std::to_string(way) + "))") +
                      ";";
      }
      Spoil(statements);
      // One at a time: the worker locks them, too.
      for (int n = seeded_ + 1; n <= seeded_ + kSpoiltHot && !table.shape.key.empty(); ++n)
        Spoil(FillIn("update $T set v = 'spoilt' where n = " + std::to_string(n), table.name));
    }
  }

  // What differs, as `kind key`, found without the product: rows that no writer touches.
  Lines Differing(const SeededTable& table) {
    std::map<std::string, Lines> rows[2];
    for (const int side : {0, 1}) {
      Sql& sql = (side == 0 ? root_ : leaf_)->sql();
      const SeededShape& shape = table.shape;
      for (const auto& row : sql.Exec(
               "select " + KeyText(shape) + ", md5(row(" + CommaList(AllColumns(shape)) +
               ")::text) from " + FillIn(side == 0 ? shape.from : shape.from_below, table.name) +
               " where n between 1 and " + std::to_string(seeded_) + " or n between " +
               std::to_string(kExtra) + " and " + std::to_string(kExtra * 2)))
        rows[side][*row[0]].insert(*row[1]);
    }
    Lines differing;
    for (const auto& [key, there] : rows[0]) {
      auto missing = there, extra = rows[1][key];
      for (const std::string& row : there)
        if (const auto same = extra.find(row); same != extra.end()) {
          extra.erase(same);
          missing.erase(missing.find(row));
        }
      while (!missing.empty() || !extra.empty()) {
        differing.insert((missing.empty() ? "extra "
                          : extra.empty() ? "missing "
                                          : "changed ") +
                         key);
        if (!missing.empty()) missing.erase(missing.begin());
        if (!extra.empty()) extra.erase(extra.begin());
      }
    }
    for (const auto& [key, here] : rows[1])
      if (!rows[0].contains(key))
        for (std::size_t i = 0; i < here.size(); ++i) differing.insert("extra " + key);
    return differing;
  }

  static std::vector<std::string> AllColumns(const SeededShape& shape) {
    auto columns = shape.columns;
    columns.insert(columns.end(), shape.generated.begin(), shape.generated.end());
    return columns;
  }
  static std::string KeyText(const SeededShape& shape) {
    const auto names = shape.key.empty() ? shape.columns : shape.key;
    std::string text;
    for (const std::string& name : names)
      text += (text.empty() ? "'" : " || ' ") + name + "=' || case when " + name +
              " is null then 'null' else format('[%s]', " + name + ") end";
    return text;
  }
  static std::string KeyText(const SeededShape& shape, const Json& key) {
    const auto names = shape.key.empty() ? shape.columns : shape.key;
    std::string text;
    for (const std::string& name : names)
      text += (text.empty() ? "" : " ") + name + "=" +
              (key.at(name).is_null() ? "null" : "[" + key.at(name).get<std::string>() + "]");
    return text;
  }
  // Rows that were spoilt and that writers change by and by.
  std::set<std::string> MayDiffer(const SeededTable& table) {
    std::set<std::string> keys;
    for (const auto& row : root_->sql().Exec("select " + KeyText(table.shape) + " from " +
                                             FillIn(table.shape.from, table.name) +
                                             " where n between " + std::to_string(seeded_ + 1) +
                                             " and " + std::to_string(seeded_ + kSpoiltHot)))
      keys.insert("changed " + *row[0]);
    return keys;
  }

  // The rows that compare lists are those that differ.
  void CheckListed(const Json& answer) {
    std::size_t seeded = 0;
    for (const SeededTable& table : tables_) {
      const Lines wanted = Differing(table);
      const auto optional = MayDiffer(table);
      const auto found = std::ranges::find_if(answer.at("tables"), [&](const Json& json) {
        return json.at("table_name") == "public." + table.name;
      });
      ASSERT_NE(found, answer.at("tables").end()) << table.name;
      EXPECT_TRUE(found->at("compared").get<bool>()) << table.name << " " << found->at("reason");
      Lines listed;
      for (const Json& row : found->at("differences")) {
        const std::string line =
            row.at("kind").get<std::string>() + " " + KeyText(table.shape, row.at("key"));
        if (!optional.contains(line)) listed.insert(line);
      }
      EXPECT_EQ(listed, wanted) << table.name;
      EXPECT_GE(wanted.size(), static_cast<std::size_t>(per_table_ / 2)) << table.name;
      seeded += wanted.size();
    }
    std::cerr << seeded << " differences\n";
  }

  void CheckEqual(const RunResult& compared) {
    for (const Json& json : Json::parse(compared.out).at("tables")) {
      const std::string name = json.at("table_name").get<std::string>();
      if (name.starts_with("public.keyless")) continue;
      EXPECT_TRUE(json.at("equal").get<bool>()) << json.dump();
    }
  }

  std::string Content(test_support::Node& node, const SeededTable& table) {
    const std::string& from = &node == root_.get() ? table.shape.from : table.shape.from_below;
    return node.sql().Text(
        "select count(*), md5(string_agg(r, '|' order by r collate \"C\")) from "
        "(select md5(row(" +
        CommaList(AllColumns(table.shape)) + ")::text) r from " + FillIn(from, table.name) + ") q");
  }

  std::ptrdiff_t Keyless() const {
    return std::ranges::count_if(tables_, [](const auto& t) { return t.shape.key.empty(); });
  }

  int per_table_ = 0, seeded_ = 0;
  std::vector<SeededTable> tables_;
};

TEST_F(SeededDifferences, AllAreFoundAndMendedUnderLoad) {
  StartTables(FromEnvironment("SKYTOOLS_SEEDED_TABLES", 12),
              FromEnvironment("SKYTOOLS_SEEDED_DIFFERENCES", 300));
  for (int run = FromEnvironment("SKYTOOLS_SEEDED_RUNS", 1); run > 0 && !HasFailure(); --run) {
    std::list<TablesWriter> writers;
    for (int i = 1; i <= 4; ++i)
      writers.emplace_back(root_->connstr(), tables_, seeded_, i + run * 4);
    SeedDifferences();
    const RunResult compared = Compare({"--json", "--parallel=2"});
    ASSERT_GT(compared.status, 0) << compared.err;
    CheckListed(Json::parse(compared.out));
    const RunResult repaired = Repair({"--apply", "--delete"});
    EXPECT_EQ(repaired.status, Keyless()) << repaired.err;
    EXPECT_THAT(repaired.err, HasSubstr("public.keyless1: the table has no key"));
    CheckEqual(Compare({"--json"}));
    for (const SeededTable& table : tables_)
      if (table.shape.key.empty()) leaf_->MustLondiste({"resync", table.name});
    leaf_->MustLondiste({"wait-sync"});
    EXPECT_EQ(Compare().status, 0);
    writers.clear();
    for (const SeededTable& table : tables_)
      EXPECT_TRUE(test_support::EventuallyEqual(
          60s, [&] { return Content(*root_, table); }, [&] { return Content(*leaf_, table); }))
          << table.name;
  }
}

}  // namespace
}  // namespace e2e
