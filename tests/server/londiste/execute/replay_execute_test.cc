// EXECUTE events, with a stand-in for the few functions of schema londiste they call.
#include "londiste/execute/replay_execute.h"

#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using testing::ElementsAre;

class ReplayExecuteTest : public ApplyTest {
 protected:
  void SetUp() override {
    admin().Exec(R"(
      create schema londiste;
      create table londiste.applied (file text primary key, sql text, attrs text, finished bool not null default false);
      create table londiste.local_tables (table_name text, dest_table text);
      create function londiste.set_session_replication_role(val text, is_local bool) returns void language sql
        as $$ select set_config('session_replication_role', val, is_local) $$;
      create function londiste.execute_start(q text, f text, s text, root bool, attrs text, out ret_code int, out ret_note text) language plpgsql as $$
        begin
          if exists (select from londiste.applied where file = f) then
            ret_code := 201; ret_note := 'EXECUTE: "' || f || '" already applied, skipping'; return;
          end if;
          insert into londiste.applied values (f, s, attrs);
          ret_code := 200; ret_note := 'Executing: ' || f;
        end $$;
      create function londiste.execute_finish(q text, f text, out ret_code int, out ret_note text) language sql
        as $$ update londiste.applied set finished = true where file = f; select 200, 'Execute finished: ' || f $$;
      create view londiste.table_info as select 'q'::text as queue_name, table_name, true as local, dest_table from londiste.local_tables;
      create function londiste.get_seq_list(q text, out seq_name text, out local bool) returns setof record language sql
        as $$ select 'public.ids', true $$;
    )");
    ApplyTest::SetUp();
  }

  void Replay(const std::string& sql, std::optional<std::string> attributes = std::nullopt,
              const std::string& file = "change.sql") {
    pgq::Event event;
    event.type = "EXECUTE";
    event.data = sql;
    event.extra1 = file;
    event.extra2 = attributes;
    pqxx::work tx(*connection_);
    londiste::execute::ReplayExecute(
        *connection_, tx, "q", event, known_ ? &*known_ : nullptr,
        [this](const std::string& line) { warnings_.push_back(line); });
    tx.commit();
  }

  std::string ReplayFails(const std::string& sql,
                          std::optional<std::string> attributes = std::nullopt) {
    try {
      Replay(sql, std::move(attributes));
    } catch (const base::Error& e) {
      return e.what();
    }
    return "executed";
  }

  std::string Setting(const std::string& name) {
    return pg::ExecAutocommit(*connection_, "show " + name)[0][0].as<std::string>();
  }

  std::optional<londiste::execute::ScriptProgress> known_;
};

TEST_F(ReplayExecuteTest, RunsStatementByStatementInRoleLocal) {
  Replay(
      "create table seen (role text); insert into seen select "
      "current_setting('session_replication_role'); insert into seen values ('c:\\');");
  EXPECT_EQ(admin().Text("select * from seen order by 1"), "c:\\\nlocal\n");
  EXPECT_EQ(admin().Value("select finished from londiste.applied where file = 'change.sql'"), "t");
  EXPECT_EQ(Setting("session_replication_role"), "replica");
  EXPECT_THAT(warnings_, ElementsAre("executed \"change.sql\""));
}

TEST_F(ReplayExecuteTest, SecondTimeIsSkipped) {
  Replay("create table once (id int)");
  Replay("create table once (id int)");
  EXPECT_THAT(warnings_, ElementsAre("executed \"change.sql\"",
                                     "EXECUTE: \"change.sql\" already applied, skipping"));
}

TEST_F(ReplayExecuteTest, AttributesDecide) {
  admin().Exec(
      "create table here_t (id int); create sequence ids; create view v as select 1 as x; create "
      "function f(int, int) returns int language sql as 'select 1';"
      "insert into londiste.local_tables values ('public.t', 'public.here_t'), ('public.planned', "
      "null)");
  Replay("alter table @t@ add x int",
         "local-table=t&local-destination=public.t&local-sequence=ids&need-view=v&need-function=f%"
         "282%29&need-schema=londiste"
         "&need-table=here_t&need-sequence=public.ids",
         "a.sql");
  EXPECT_EQ(admin().Value("select count(*) from pg_attribute where attrelid = 'here_t'::regclass "
                          "and attname = 'x'"),
            "1");
  Replay("syntax error", "need-table=nowhere", "b.sql");
  EXPECT_EQ(warnings_.back(),
            "skipped \"b.sql\": this node has none of the objects that it is for");
  Replay("syntax error", "local-destination=public.planned", "c.sql");
  EXPECT_EQ(warnings_.back(),
            "skipped \"c.sql\": this node has none of the objects that it is for");
  EXPECT_EQ(Setting("session_replication_role"), "replica");
}

TEST_F(ReplayExecuteTest, ScriptsMayMakeNamesOfAName) {
  admin().Exec(
      "create table t (id int); create table \"user\" (id int); insert into "
      "londiste.local_tables values ('public.t', null), ('public.user', null)");
  Replay("create table @t@_old (id int); alter table @user@ add x int", "local-table=t%2cuser",
         "a.sql");
  EXPECT_EQ(admin().Value("select pg_catalog.to_regclass('public.t_old') is not null"), "t");
}

// Each key by itself, where it fits and where it does not.
TEST_F(ReplayExecuteTest, EachAttributeLooksForItsOwnKind) {
  admin().Exec(
      "create schema s; create table s.tab (id int); create sequence s.seq; create sequence ids; "
      "create view s.view as select 1 as x; create function s.fn(int) returns int language sql as "
      "'select 1'; create table here_t (id int); create table ran (what text);"
      "insert into londiste.local_tables values ('public.t', 'public.here_t'), ('public.planned', "
      "null)");
  const struct {
    const char *attribute, *fits, *does_not;
  } kKeys[] = {
      {"local-table", "planned", "s.tab"},   {"local-sequence", "ids", "s.seq"},
      {"local-destination", "t", "planned"}, {"need-table", "s.tab", "s.view"},
      {"need-sequence", "s.seq", "s.tab"},   {"need-function", "s.fn(1)", "s.fn"},
      {"need-schema", "s", "public.s"},      {"need-view", "s.view", "s.tab"},
  };
  for (const auto& key : kKeys) {
    const std::string name = key.attribute;
    Replay("insert into ran values ('" + name + "')",
           pgq::EncodeRow({{name, std::string(key.fits)}}), name + "_fits");
    EXPECT_EQ(warnings_.back(), "executed \"" + name + "_fits\"");
    Replay("insert into ran values ('wrong')", pgq::EncodeRow({{name, std::string(key.does_not)}}),
           name + "_does_not");
    EXPECT_EQ(warnings_.back(), "skipped \"" + name +
                                    "_does_not\": this node has none of the objects that it is "
                                    "for");
    EXPECT_EQ(ReplayFails("select 1", pgq::EncodeRow({{name, std::string(key.fits) + "," +
                                                                 std::string(key.does_not)}})),
              std::string("could not execute \"change.sql\": SQL only partially matches local "
                          "setup: matches=[") +
                  key.fits + "] misses=[" + key.does_not + "]");
  }
  EXPECT_EQ(admin().Value("select count(*) from ran where what <> 'wrong'"), "8");
  EXPECT_EQ(admin().Value("select count(*) from ran"), "8");
}

TEST_F(ReplayExecuteTest, WhatSomebodyDecidedIsDone) {
  admin().Exec("create view v as select 1 as x; create table ran (what text)");
  known_ = londiste::execute::ScriptProgress{.file = "change.sql", .sql = ""};
  known_->decision = "force";
  Replay("insert into ran values ('forced')", "need-view=v&need-table=nowhere");
  EXPECT_EQ(admin().Value("select what from ran"), "forced");
  known_->decision = "skip";
  Replay("syntax error", std::nullopt, "other.sql");
  EXPECT_EQ(warnings_.back(), "skipped \"other.sql\", as execute --skip has decided");
  EXPECT_EQ(admin().Value("select finished from londiste.applied where file = 'other.sql'"), "t");
}

TEST_F(ReplayExecuteTest, CopyHasItsRows) {
  admin().Exec("create table t (id int, v text)");
  Replay(
      "copy t from stdin;\n1\ta;b\n2\t\\N\n\\.\ninsert into t values (3, 'c');\n"
      "copy t (v) from stdin with (format csv);\n\"x,y\"\n\\.\n");
  EXPECT_EQ(admin().Text("select id, v from t order by 1, 2"), "1|a;b\n2|\\N\n3|c\n\\N|x,y\n");
}

TEST_F(ReplayExecuteTest, FailingStatementIsNamedByLine) {
  admin().Exec("create table t (id int)");
  EXPECT_EQ(ReplayFails("select 1;\n\nselect *\n  from nowhere;"),
            "could not execute \"change.sql\", statement 2 at line 3 (select * from nowhere): "
            "relation \"nowhere\" does not exist (SQLSTATE 42P01)");
  EXPECT_EQ(ReplayFails("copy t from stdin;\n4\nfive\n\\.\n"),
            "could not execute \"change.sql\", statement 1 at line 1 (copy t from stdin): invalid "
            "input syntax for type integer: \"five\" (SQLSTATE 22P02)");
  EXPECT_EQ(ReplayFails("create table ran (id int);\ncommit;"),
            "could not execute \"change.sql\", statement 2 at line 2 (commit): a script runs in "
            "the batch's transaction and cannot begin or end one (SQLSTATE 0A000)");
  EXPECT_EQ(ReplayFails("select 1;\n\\i more.sql\n"),
            "could not read \"change.sql\": \"\\i\" at line 2 is a command of psql, not SQL");
  EXPECT_EQ(admin().Value("select count(*) from londiste.applied"), "0");
  EXPECT_EQ(admin().Value("select pg_catalog.to_regclass('ran') is null"), "t");
}

TEST_F(ReplayExecuteTest, WhatTheScriptSetsDoesNotStay) {
  admin().Exec("create role scripter; grant all on schema public to scripter");
  Replay(
      "set datestyle = 'German'; set search_path = pg_catalog; set role scripter; create table "
      "public.owned (id int); set session authorization scripter");
  EXPECT_TRUE(Setting("datestyle").starts_with("ISO"));
  EXPECT_EQ(Setting("role"), "none");
  EXPECT_EQ(Setting("session_authorization"), "postgres");
  EXPECT_EQ(Setting("search_path"), "\"$user\", public");
  EXPECT_EQ(admin().Value("select tableowner from pg_tables where tablename = 'owned'"),
            "scripter");
  admin().Exec("drop owned by scripter; drop role scripter");
}

TEST_F(ReplayExecuteTest, RunsUnderTheSearchPathOfTheDatabase) {
  pg::ExecAutocommit(*connection_, "set search_path = pg_catalog, pg_temp; set row_security = off");
  Replay(
      "create table here (path text, rows text); insert into here values "
      "(current_setting('search_path'), current_setting('row_security')); set array_nulls = off");
  EXPECT_EQ(admin().Text("select * from public.here"), "\"$user\", public|on\n");
  EXPECT_EQ(Setting("search_path"), "pg_catalog, pg_temp");
  EXPECT_EQ(Setting("row_security"), "off");
  EXPECT_EQ(Setting("array_nulls"), "on");
}

}  // namespace
