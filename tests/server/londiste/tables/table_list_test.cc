// Reading only what changed gives what reading all gives, and names what changed.
#include "londiste/tables/table_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/error.h"
#include "base/interrupt.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace {

using namespace londiste::tables;
using testing::ElementsAre;
using testing::IsEmpty;

class TableListTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  TableListTest() {
    static int count = 0;
    database_ = "list_" + std::to_string(++count);
    Server().CreateDatabaseWithSchemas(database_);
    sql_ = std::make_unique<test_support::Sql>(Server().Connstr(database_));
    other_ = std::make_unique<test_support::Sql>(Server().Connstr(database_));
    sql_->Exec(
        "select pgq_node.register_location('q', 'r', 'dbname=r', false);"
        "select pgq_node.create_node('q', 'root', 'r', 'w', null, null, null)");
    pg::ConnectOptions options;
    options.connstr = Server().Connstr(database_);
    options.application_name = "list test";
    connection_ = std::make_unique<pg::Connection>(options, interrupt_);
  }

  void Add(const std::string& name) {
    sql_->Exec("create table if not exists " + name +
               " (id int primary key);"
               "select londiste.local_add_table('q', 'public." +
               name + "')");
  }
  void ReadAll(TableList& list) {
    pqxx::nontransaction tx(*connection_);
    list.Read(tx, "q");
  }
  std::optional<std::vector<std::string>> ReadChanged(TableList& list) {
    pqxx::nontransaction tx(*connection_);
    return list.ReadChanged(tx, "q");
  }

  // All that there is to know of a table.
  static std::string Text(const Table& table) {
    std::string text = table.name + (table.local ? " local " : " ") + table.state.ToString() + " " +
                       (table.custom_snapshot ? table.custom_snapshot->ToString() : "-") + " " +
                       table.attributes.Encoded() + " " + table.dropped_ddl.value_or("-") + " " +
                       table.dest.ToString();
    for (const std::string& column : table.left_out) text += " -" + column;
    return text;
  }
  static std::vector<std::string> Texts(const TableList& list) {
    std::vector<std::string> texts;
    for (const Table& table : list.tables()) texts.push_back(Text(table));
    return texts;
  }
  // Names of those that are other ones, when both lists have the same names.
  static std::set<std::string> Different(const std::vector<Table>& before, const TableList& now) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < before.size(); ++i)
      if (Text(before[i]) != Text(now.tables().at(i))) names.insert(before[i].name);
    return names;
  }

  std::string database_;
  std::unique_ptr<test_support::Sql> sql_, other_;
  base::Interrupt interrupt_;
  std::unique_ptr<pg::Connection> connection_;
};

TEST_F(TableListTest, ReadsTheRowsThatChanged) {
  for (const char* name : {"a", "b", "c"}) Add(name);
  TableList list;
  ReadAll(list);
  EXPECT_THAT(ReadChanged(list), testing::Optional(IsEmpty()));
  sql_->Exec("select londiste.local_set_table_state('q', 'public.b', null, 'in-copy')");
  EXPECT_THAT(ReadChanged(list), testing::Optional(ElementsAre("public.b")));
  EXPECT_EQ(list.Find("b")->state.ToString(), "in-copy");
  EXPECT_EQ(list.Find("a")->state.ToString(), "ok");
  Add("d");
  EXPECT_EQ(ReadChanged(list), std::nullopt);
  EXPECT_NE(list.Find("d"), nullptr);
}

TEST_F(TableListTest, KeepsWhatItHasWhenAStateIsUnknown) {
  for (const char* name : {"a", "b"}) Add(name);
  TableList list;
  ReadAll(list);
  sql_->Exec("select londiste.local_set_table_state('q', 'public.a', null, 'in-copy')");
  sql_->Exec("select londiste.local_set_table_state('q', 'public.b', null, 'odd')");
  EXPECT_THROW(ReadChanged(list), base::Error);
  EXPECT_EQ(list.Find("a")->state.ToString(), "ok");
  sql_->Exec("select londiste.local_set_table_state('q', 'public.b', null, 'ok')");
  EXPECT_THAT(ReadChanged(list), testing::Optional(ElementsAre("public.a", "public.b")));
}

TEST_F(TableListTest, IsTheSameAsReadingAll) {
  std::mt19937 engine(std::random_device{}());
  const auto below = [&](unsigned n) { return engine() % n; };
  TableList list;
  ReadAll(list);
  int partly = 0;
  bool open = false;  // `other_` has a transaction
  for (int step = 0; step < 400; ++step) {
    const std::string name = "t" + std::to_string(below(12)), table = "'public." + name + "'";
    test_support::Sql& sql = open && below(2) ? *other_ : *sql_;
    // Two sessions must not wait for each other's rows.
    sql_->Exec("set lock_timeout = '1ms'");
    try {
      switch (below(10)) {
        case 0:
          Add(name);
          break;
        case 1:
          sql_->Exec("select londiste.local_remove_table('q', " + table + ")");
          break;
        case 2:
          sql_->Exec("select londiste.global_remove_table('q', " + table + ")");
          break;
        case 3:
          sql_->Exec("select londiste.local_set_table_attrs('q', " + table + ", 'handler=bulk')");
          break;
        case 4:
          sql_->Exec("select londiste.local_set_table_copied('q', " + table + ", array['c" +
                     std::to_string(below(3)) + "'])");
          break;
        case 5:
          if (!open) other_->Exec("set lock_timeout = '1ms'; begin");
          open = true;
          break;
        case 6:
          if (open) other_->Exec(below(2) ? "commit" : "rollback");
          open = false;
          break;
        default:
          sql.Exec("select londiste.local_set_table_state('q', " + table + ", '10:20:12', '" +
                   (below(2) ? "catching-up" : "ok") + "')");
      }
    } catch (const std::exception&) {
      if (open) other_->Exec("rollback");
      open = false;
    }
    if (below(3) == 0) continue;
    const std::vector<Table> before = list.tables();
    const auto changed = ReadChanged(list);
    TableList all;
    ReadAll(all);
    ASSERT_EQ(Texts(list), Texts(all)) << "step " << step;
    if (!changed) continue;
    ++partly;
    ASSERT_EQ(list.tables().size(), before.size());
    for (const std::string& one : Different(before, list))
      ASSERT_THAT(*changed, testing::Contains(one)) << "step " << step;
  }
  EXPECT_GT(partly, 20);
}

}  // namespace
