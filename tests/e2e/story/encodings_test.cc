// Databases in SQL_ASCII, which hold any bytes, and origins in other encodings than UTF-8.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using namespace test_support;
using testing::HasSubstr;
using testing::Not;

void CreateIn(PostgresServer& server, const std::string& database, const std::string& encoding) {
  Sql(server.Connstr())
      .Exec("create database " + database + " encoding '" + encoding +
            "' template template0 lc_collate 'C' lc_ctype 'C'");
}

class EncodingStory : public testing::Test {
 protected:
  // Root "node1" and leaf "node2" with running workers.
  void Start(const std::string& root_encoding, const std::string& leaf_encoding,
             const std::string& schema) {
    CreateIn(server_, "origin", root_encoding);
    CreateIn(server_, "copy", leaf_encoding);
    for (const char* database : {"origin", "copy"}) Sql(server_.Connstr(database)).Exec(schema);
    root_ = std::make_unique<Node>(dir_, server_, "origin", "node1");
    leaf_ = std::make_unique<Node>(dir_, server_, "copy", "node2", "q_teste_replica",
                                   "exception_sleep = 1\n");
    root_->CreateRoot();
    pgqd_ = StartPgqd(dir_, server_);
    root_->StartWorker();
    leaf_->CreateLeaf(*root_);
    leaf_->StartWorker();
  }

  void ExpectEqual(const std::string& table) {
    EXPECT_TRUE(EventuallyEqual(
        60s, [&] { return TableDigest(root_->sql(), table); },
        [&] { return TableDigest(leaf_->sql(), table); }))
        << table << "\n"
        << leaf_->Log();
  }

  TempDir dir_;
  PostgresServer server_;
  std::unique_ptr<Process> pgqd_;
  std::unique_ptr<Node> root_, leaf_;
};

constexpr const char* kPeople = "create table people (id int primary key, name text, more text);";

TEST_F(EncodingStory, BytesGoThroughBetweenDatabasesInSqlAscii) {
  Start(
      "SQL_ASCII", "SQL_ASCII",
      std::string(kPeople) + "create table \"Jo\xe3o\" (id int primary key, \"a\xe7\xe3o\" text)");
  root_->sql().Exec(
      "insert into people values (1, 'Jo\xe3o', 'ção'), (2, E'\\xff\\xfe', null); insert into "
      "\"Jo\xe3o\" values (1, '\xe9')");
  for (Node* node : {root_.get(), leaf_.get()})
    node->MustLondiste({"add-table", "people", "Jo\xe3o"});
  ExpectEqual("people");
  ExpectEqual("\"Jo\xe3o\"");
  leaf_->MustLondiste({"wait-sync"});
  root_->sql().Exec(
      "insert into people values (3, 'Andr\xe9', '\xc3'); update people set more = '\xe7' where id "
      "= 1; delete from people where id = 2; "
      "update \"Jo\xe3o\" set \"a\xe7\xe3o\" = '\xe3'");
  // Enough to be written as a set.
  root_->sql().Exec(
      "insert into people select i, '\xe3' || i, '\xff' from generate_series(100, 1000) i");
  ExpectEqual("people");
  ExpectEqual("\"Jo\xe3o\"");
}

TEST_F(EncodingStory, OneBadNameInSqlAsciiBlocksOnlyItself) {
  Start("SQL_ASCII", "UTF8", kPeople);
  root_->sql().Exec(
      "create table \"Jo\xe3o\" (id int primary key); create sequence \"n\xba\"; insert into "
      "people values (1, 'ção', null)");
  root_->MustLondiste({"add-table", "people"});
  EXPECT_THAT(root_->MustLondiste({"missing"}).out, HasSubstr("Jo\xe3o"));
  leaf_->MustLondiste({"add-table", "people"});
  ExpectEqual("people");
  root_->MustLondiste({"add-table", "Jo\xe3o"});
  root_->MustLondiste({"add-seq", "n\xba"});
  root_->sql().Exec("insert into \"Jo\xe3o\" values (1); insert into people values (2, 'x', 'é')");
  ExpectEqual("people");
  EXPECT_THAT(leaf_->Log(), HasSubstr("the name \"public.Jo\\xe3o\" is not valid UTF-8"));
  leaf_->MustLondiste({"add-table", "--all"});
  leaf_->MustLondiste({"add-seq", "--all"});
  // And for a node that comes later.
  CreateIn(server_, "later", "UTF8");
  Sql(server_.Connstr("later")).Exec(kPeople);
  Node later(dir_, server_, "later", "node3");
  later.CreateLeaf(*root_);
  later.StartWorker();
  later.MustLondiste({"add-table", "people"});
  EXPECT_TRUE(Eventually(60s, "the rows are there", [&] {
    return later.sql().Value("select count(*) from people") == "2";
  })) << later.Log();
}

TEST_F(EncodingStory, TheFirstBadValueIsNamedAndCanBeMended) {
  Start("SQL_ASCII", "UTF8", kPeople);
  root_->sql().Exec("insert into people values (1, 'ção', null), (2, 'x', 'Jo\xe3o')");
  root_->MustLondiste({"add-table", "people"});
  leaf_->MustLondiste({"add-table", "people"});
  EXPECT_TRUE(Eventually(60s, "the copy names it", [&] {
    return leaf_->Log().find(
               "table \"public.people\", key (id=2): column \"more\" is not valid UTF-8") !=
           std::string::npos;
  })) << leaf_->Log();
  root_->sql().Exec("update people set more = 'João' where id = 2");
  ExpectEqual("people");
  leaf_->MustLondiste({"wait-sync"});

  root_->sql().Exec("insert into people values (3, 'Andr\xe9', '')");
  const auto named = [&] {
    return leaf_->Log().find(
               "to table \"public.people\", key (id=3), column \"name\": invalid byte sequence for "
               "encoding \"UTF8\"") != std::string::npos;
  };
  EXPECT_TRUE(Eventually(60s, "the worker names it", named)) << leaf_->Log();
  root_->sql().Exec("update people set name = 'André' where id = 3");
  leaf_->MustLondiste({"resync", "people"});
  ExpectEqual("people");
}

// What SkyTools' trigger in C writes: bytes of the database's own encoding.
TEST_F(EncodingStory, EventsInTheOriginsEncodingAreConverted) {
  Start("LATIN1", "UTF8", kPeople);
  root_->sql().Exec("set client_encoding = 'UTF8'");
  root_->sql().Exec("insert into people values (1, 'João', 'ção')");
  root_->MustLondiste({"add-table", "people"});
  leaf_->MustLondiste({"add-table", "people"});
  leaf_->MustLondiste({"wait-sync"});
  root_->sql().Exec(
      "select pgq.insert_event('q_teste_replica', 'I:id', 'id=2&name=Andr%e9&more=%e7', "
      "'public.people', null, null, null); "
      "insert into people values (3, 'ª', null); set session_replication_role = local; insert into "
      "people values (2, 'André', 'ç'); "
      "reset session_replication_role");
  EXPECT_TRUE(Eventually(60s, "the rows are there",
                         [&] {
                           return leaf_->sql().Text("select * from people order by id") ==
                                  "1|João|ção\n2|André|ç\n3|ª|\\N\n";
                         }))
      << leaf_->sql().Text("select * from people order by id") << leaf_->Log();
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("ERROR")));
}

}  // namespace
