// What a database's owner, or somebody who may create functions, can put in our way: names that
// stand before PostgreSQL's, and settings that change what a statement means.
#include <gtest/gtest.h>

#include "support/eventually.h"
#include "support/node_fixture.h"
#include "support/tree.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::PostgresServer;
using test_support::ReadWholeFile;
using test_support::Sql;
using test_support::TableDigest;
using test_support::TempDir;

constexpr const char* kTables =
    "create table up (id int primary key, v text);"
    "create table t (id int primary key, up_id int references up, ints int[], words text[], at "
    "timestamptz, "
    "span interval, x float8, n numeric, b bytea, j jsonb, doc xml);"
    "create index on t (at); create index on t using gin (words)";

void InsertRows(Sql& sql, const std::string& first, const std::string& last) {
  sql.Exec("insert into up select i, 'up ' || i from generate_series(" + first + ", " + last +
           ") i;"
           "insert into t select i, i, array[i, null, 3], array['NULL', null, E'a\\\\\\\\b''\"'], "
           "timestamptz '2020-02-29 12:00+05' + i * interval '1 day', "
           "interval '-1 mon 2 days -3:04:05', i / 3.0::float8, i / 3.0, decode('00ff5c27', "
           "'hex'), jsonb_build_object('k', i), "
           "('<a>&lt;' || i || '</a>')::xml from generate_series(" +
           first + ", " + last + ") i");
}

class HostileTest : public testing::Test {
 protected:
  // The tests' own sessions come first, so that what is done to the databases afterwards concerns
  // the programs alone.
  void SetUp() override {
    provider_.CreateDatabase("db1");
    subscriber_.CreateDatabase("db2");
    root_ = std::make_unique<Node>(dir_, provider_, "db1", "node1");
    leaf_ = std::make_unique<Node>(dir_, subscriber_, "db2", "node2");
    for (Node* node : {root_.get(), leaf_.get()}) node->sql().Exec(kTables);
    InsertRows(root_->sql(), "1", "300");
  }

  void Replicate() {
    root_->CreateRoot();
    root_->StartWorker();
    pgqd_ = test_support::StartPgqd(dir_, provider_);
    root_->MustLondiste({"add-table", "up", "t"});
    leaf_->CreateLeaf(*root_);
    leaf_->StartWorker();
    leaf_->MustLondiste({"add-table", "up", "t"});
    leaf_->MustLondiste({"wait-sync"});
    ASSERT_FALSE(HasFailure());
    ExpectEqual("copied");
    InsertRows(root_->sql(), "301", "303");
    root_->sql().Exec(
        "update t set ints = array[null, id], words = array['null', null] where id % 7 = 0; delete "
        "from t where id % 11 = 0");
    ExpectEqual("changed");
    leaf_->MustLondiste({"resync", "t"});
    leaf_->MustLondiste({"wait-sync"});
    InsertRows(root_->sql(), "304", "700");
    ExpectEqual("after a resync");
    // The worker restores it once it has seen that both tables are in sync.
    EXPECT_TRUE(Eventually(60s, "the foreign key is back", [&] {
      return leaf_->sql().Value(
                 "select count(*) from pg_constraint where conrelid = 't'::regclass and contype = "
                 "'f'") == "1";
    }));
  }

  void ExpectEqual(const std::string& when) {
    for (const std::string table : {"up", "t"})
      EXPECT_TRUE(EventuallyEqual(
          60s, [&] { return TableDigest(root_->sql(), table); },
          [&] { return TableDigest(leaf_->sql(), table); }))
          << table << " " << when;
  }

  // Every setting that a user may set for his database and that has few values gets another one
  // than it has; of the others those that could hurt.
  void SetHostileSettings(PostgresServer& server, const std::string& database) {
    Sql sql(server.Connstr("postgres"));
    const auto settings = sql.Exec(
        "select name, case vartype when 'bool' then case setting when 'on' then 'off' else 'on' end"
        " when 'enum' then (select v from unnest(enumvals) v where v <> setting order by v desc "
        "limit 1) else special end"
        " from pg_settings left join (values ('extra_float_digits', '-15'), "
        "('gin_fuzzy_search_limit', '1'), ('idle_session_timeout', '500'),"
        " ('idle_in_transaction_session_timeout', '500'), ('datestyle', 'SQL, DMY'), ('timezone', "
        "'Asia/Kathmandu'), ('timezone_abbreviations', 'India'),"
        " ('search_path', 'pg_temp, nowhere'), ('default_text_search_config', "
        "'pg_catalog.german'), ('transaction_timeout', '2000'),"
        " ('restrict_nonsystem_relation_kind', 'view')) s (name_, special) on name_ = lower(name)"
        " where context = 'user' and (vartype in ('bool', 'enum') or special is not null)"
        // of the transaction, not the session; and one that writes each plan to the server's log
        " and name not like 'transaction\\_%' and name not like 'debug\\_print%' and name not in "
        "('client_min_messages', 'trace_sort')");
    int set = 0;
    for (const auto& setting : settings) {
      if (!setting.at(1)) continue;
      sql.Exec("alter database " + database + " set " + *setting.at(0) + " = " +
               (*setting.at(0) == "search_path" || *setting.at(0) == "DateStyle"
                    ? *setting.at(1)
                    : "'" + *setting.at(1) + "'"));
      ++set;
    }
    EXPECT_GT(set, 50);
    EXPECT_EQ(Sql(server.Connstr(database))
                  .Value("select current_setting('default_transaction_read_only') || "
                         "current_setting('array_nulls')"),
              "onoff");
  }

  // The functions and operators of tests/sql/hostile.sql stand before PostgreSQL's.
  void SetHostilePath(PostgresServer& server, const std::string& database) {
    const std::string words =
        test_support::Run({"/bin/sh", "-c",
                           "cd '" + test_support::SourceDir() +
                               "' && cat sql/*/*.sql sql/*/*/*.sql src/*/*.cc src/*/*/*.cc | grep "
                               "-oE '[a-z_0-9]+' | sort -u | tr '\\n' ' '"})
            .out;
    std::string script = ReadWholeFile(test_support::SourceDir() + "/tests/sql/hostile.sql");
    for (const auto& [variable, value] :
         {std::pair<std::string, std::string>{":'words'", "' " + words + "'"}, {":'types'", "'1'"}})
      script.replace(script.find(variable), variable.size(), value);
    Sql(server.Connstr(database)).Exec(script);
    Sql(server.Connstr("postgres"))
        .Exec("alter database " + database + " set search_path = public, hostile, pg_catalog");
  }

  TempDir dir_;
  PostgresServer provider_, subscriber_;
  std::unique_ptr<Node> root_, leaf_;
  std::unique_ptr<test_support::Process> pgqd_;
};

TEST_F(HostileTest, SettingsOfTheProviderChangeNothing) {
  SetHostileSettings(provider_, "db1");
  Replicate();
}

TEST_F(HostileTest, SettingsOfTheSubscriberChangeNothing) {
  SetHostileSettings(subscriber_, "db2");
  Replicate();
}

TEST_F(HostileTest, NothingOfOursIsLookedUpInTheUsersPath) {
  SetHostilePath(provider_, "db1");
  SetHostilePath(subscriber_, "db2");
  // Proof that the names are in the way of whoever looks there.
  Sql londiste(provider_.Connstr("db1") + " application_name='londiste test'");
  londiste.Exec("select length('a' || 1)");
  EXPECT_NE(ReadWholeFile(provider_.log_path()).find("HOSTILE length"), std::string::npos);
  const std::size_t start = ReadWholeFile(provider_.log_path()).size();
  Replicate();
  for (const std::string& log :
       {ReadWholeFile(provider_.log_path()).substr(start), ReadWholeFile(subscriber_.log_path())}) {
    const std::size_t at = log.find("HOSTILE");
    EXPECT_EQ(at, std::string::npos) << log.substr(at, 2000);
  }
}

}  // namespace
