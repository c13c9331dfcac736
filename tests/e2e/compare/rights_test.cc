// compare and repair by roles that may just do that: what is lacking is told, rows that a policy
// hides are not taken for missing ones, and who owns a table gets no rights of ours.
#include <gmock/gmock.h>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::RunResult;
using testing::HasSubstr;
using testing::Not;

class CompareRights : public CompareStory {
 protected:
  // A leaf with 20 rows, and an INI file whose roles are those of docs/reference/rights.md.
  void StartWithRoles() {
    StartWithLeaf(20);
    root_->sql().Exec(
        "create role reader login; grant londiste_reader to reader; "
        "revoke all on t from public; grant select on t to reader");
    leaf_->sql().Exec(
        "drop trigger note_row on t; create role writer login; grant londiste_writer to writer; "
        "grant select, insert, update, delete on t to writer");
    writer_ = leaf_->connstr();
    writer_.replace(writer_.find("user=postgres"), 13, "user=writer");
    ini_ = dir_.Write("roles.ini", "[londiste]\njob_name = roles\ndb = " + writer_ +
                                       "\nqueue_name = q_teste_replica\nlogfile = " + dir_.path() +
                                       "/roles.log\npidfile = " + dir_.path() +
                                       "/roles.pid\nremote_extra_connstr = user=reader\n");
  }
  RunResult AsRoles(std::vector<std::string> words) {
    words.insert(words.begin(), {"londiste", ini_});
    return test_support::Run(std::move(words), {.directory = dir_.path()});
  }

  std::string ini_, writer_;
};

TEST_F(CompareRights, AReaderThereAndAWriterHereSuffice) {
  StartWithRoles();
  EXPECT_EQ(AsRoles({"compare"}).status, 0) << AsRoles({"compare"}).err;
  const std::string spoilt =
      "update t set v = 'bad' where id < 4; delete from t where id = 5; insert into t values (-1)";
  Spoil(spoilt);
  const RunResult differs = AsRoles({"compare"});
  EXPECT_EQ(differs.status, 1);
  EXPECT_THAT(differs.out, HasSubstr(": 1 missing, 1 extra, 3 changed"));
  EXPECT_THAT(leaf_->MustLondiste({"tables"}).out, HasSubstr("differs"));

  EXPECT_EQ(AsRoles({"repair", "--delete"}).status, 1);
  const RunResult psql = test_support::Run(
      {"/usr/bin/env", "psql", "-qX", "-f", dir_.path() + "/fix.public.t.sql", writer_});
  EXPECT_EQ(psql.status, 0) << psql.err;
  EXPECT_EQ(AsRoles({"compare"}).status, 0);

  Spoil(spoilt);
  const RunResult repaired = AsRoles({"repair", "--apply", "--delete"});
  EXPECT_EQ(repaired.status, 0) << repaired.err;
  EXPECT_EQ(AsRoles({"compare"}).status, 0);
  EXPECT_TRUE(BecomesEqual(*leaf_));
}

TEST_F(CompareRights, WhatIsLackingIsTold) {
  StartWithRoles();
  root_->sql().Exec("revoke select on t from reader");
  const RunResult there = AsRoles({"compare"});
  EXPECT_EQ(there.status, 1);
  EXPECT_THAT(there.out,
              HasSubstr("public.t: not compared: node node1: permission denied for table t (grant "
                        "select on \"public\".\"t\" to \"reader\")"));
  root_->sql().Exec(
      "grant select on t to reader; create schema closed; "
      "create table closed.c (id int primary key)");
  leaf_->sql().Exec("create schema closed; create table closed.c (id int primary key)");
  root_->MustLondiste({"add-table", "closed.c"});
  leaf_->MustLondiste({"add-table", "closed.c"});
  leaf_->MustLondiste({"wait-sync"});
  const std::string grant = "grant usage on schema closed to ",
                    table = "; grant select on closed.c to ";
  leaf_->sql().Exec(grant + "writer" + table + "writer");
  EXPECT_THAT(AsRoles({"compare"}).out,
              HasSubstr("(grant usage on schema \"closed\" to \"reader\")"));
  root_->sql().Exec(grant + "reader" + table + "reader");
  leaf_->sql().Exec("revoke usage on schema closed from writer");
  const RunResult one = AsRoles({"compare"});
  EXPECT_THAT(one.out, HasSubstr("public.t: 20 rows, equal to node node1"));
  EXPECT_THAT(one.out, HasSubstr("(grant usage on schema \"closed\" to \"writer\")"));

  Spoil("update t set v = 'bad' where id < 4");
  leaf_->sql().Exec("revoke update on t from writer");
  const RunResult here = AsRoles({"repair", "--apply", "t"});
  EXPECT_EQ(here.status, 1);
  EXPECT_THAT(here.err, HasSubstr("public.t: permission denied for table t"));
  EXPECT_THAT(here.err, HasSubstr("grant select, insert, update, delete on \"public\".\"t\" to "
                                  "writer)"));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where v = 'bad'"), "3");

  leaf_->sql().Exec("revoke londiste_writer from writer; grant londiste_reader to writer");
  const RunResult no_writer = AsRoles({"compare", "t"});
  EXPECT_EQ(no_writer.status, 1);
  EXPECT_THAT(no_writer.err, HasSubstr("permission denied for function"));
}

TEST_F(CompareRights, RowsThatAPolicyHidesAreNotCalledMissing) {
  StartWithRoles();
  for (test_support::Node* node : {root_.get(), leaf_.get()}) {
    const bool above = node == root_.get();
    const std::string role = above ? "reader" : "writer";
    node->sql().Exec(
        "alter table t enable row level security;"
        "create policy mine on t using (id > 5)");
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"compare"}, {"compare", "--count-only"}, {"repair"}}) {
      const RunResult result = AsRoles(command);
      EXPECT_EQ(result.status, 1) << result.out;
      EXPECT_THAT(result.err,
                  HasSubstr("public.t: not compared: node " + node->name() +
                            ": query would be affected by row-level security policy for table "
                            "\"t\" (its policies may hide rows from role \"" +
                            role));
    }
    // Its owner sees all.
    EXPECT_EQ(Compare().status, 0);
    node->sql().Exec("drop policy mine on t; alter table t disable row level security");
  }
  EXPECT_EQ(AsRoles({"compare"}).status, 0);
}

// Whoever owns a type may say what a cast of it does, and who may create functions in a schema
// of the database, what a name means there.
TEST_F(CompareRights, WhoOwnsATableGetsNoRightsOfOurs) {
  StartRoot();
  leaf_ = AddLeaf();
  for (test_support::Node* node : {root_.get(), leaf_.get()})
    node->sql().Exec(
        "create role mallory; create schema mallory authorization mallory;"
        "grant create on schema public to mallory; set role mallory;"
        "create function public.trap() returns text language plpgsql as $$ begin raise exception "
        "'trapped as %', current_user; end $$;"
        "create type mallory.mood as enum ('sad', 'happy');"
        "create type mallory.pair as (a int, b text);"
        "create function mallory.out(mallory.mood) returns text language sql as 'select "
        "public.trap()';"
        "create function mallory.out(mallory.pair) returns text language sql as 'select "
        "public.trap()';"
        "create function mallory.into(text) returns mallory.mood language sql as 'select "
        "public.trap()::mallory.mood';"
        "create cast (mallory.mood as text) with function mallory.out(mallory.mood) as implicit;"
        "create cast (mallory.pair as text) with function mallory.out(mallory.pair) as implicit;"
        "create cast (text as mallory.mood) with function mallory.into(text) as implicit;"
        "create domain mallory.short as text check (value <> 'x' or public.trap() = '');"
        "create function public.hashtextextended(text, int) returns bigint language sql as "
        "'select public.trap()::bigint';"
        "create function public.format(text, anyelement) returns text language sql as "
        "'select public.trap()';"
        "create function public.same(int, int) returns boolean language sql as 'select "
        "public.trap()::boolean';"
        "create operator public.= (leftarg = int, rightarg = int, function = public.same);"
        "create function public.anded(bigint, int) returns bigint language sql as 'select "
        "public.trap()::bigint';"
        "create operator public.& (leftarg = bigint, rightarg = int, function = public.anded);"
        "reset role");
  const std::string columns = "m mallory.mood, id int, p mallory.pair, s ";
  root_->sql().Exec("set role mallory; create table mallory.trapped (" + columns +
                    "text, primary key (m, id)); reset role;"
                    "insert into mallory.trapped select 'sad', i, row(i, 'x')::mallory.pair, 'x' "
                    "from generate_series(1, 20) i");
  leaf_->sql().Exec("set role mallory; create table mallory.trapped (" + columns +
                    "mallory.short, primary key (m, id)); reset role");
  root_->MustLondiste({"add-table", "mallory.trapped"});
  // The worker does check a domain, as every writer has to.
  leaf_->sql().Exec("alter domain mallory.short drop constraint short_check");
  leaf_->MustLondiste({"add-table", "mallory.trapped"});
  leaf_->MustLondiste({"wait-sync"});
  leaf_->sql().Exec(
      "alter domain mallory.short add check (value <> 'x' or public.trap() = '') not "
      "valid");
  const RunResult equal = Compare({"mallory.trapped"});
  EXPECT_EQ(equal.status, 0) << equal.out << equal.err;
  Spoil(
      "update mallory.trapped set p = row(0, '')::mallory.pair where id < 4; delete from "
      "mallory.trapped where id = 7; update mallory.trapped set m = 'happy' where id = 9");
  const RunResult differs = Compare({"mallory.trapped"});
  EXPECT_THAT(differs.out, HasSubstr(": 2 missing, 1 extra, 3 changed")) << differs.err;
  leaf_->sql().Exec("alter domain mallory.short drop constraint short_check");
  // An implicit cast to text makes the key's operator ambiguous; the cast is not called.
  const RunResult ambiguous = Repair({"mallory.trapped", "--apply"});
  EXPECT_EQ(ambiguous.status, 1);
  EXPECT_THAT(ambiguous.err,
              HasSubstr("operator is not unique: mallory.mood pg_catalog.= mallory.mood"));
  for (test_support::Node* node : {root_.get(), leaf_.get()})
    node->sql().Exec(
        "drop cast (mallory.mood as text);"
        "create cast (mallory.mood as text) with function mallory.out(mallory.mood) "
        "as assignment");
  EXPECT_EQ(Repair({"mallory.trapped", "--delete"}).status, 1);
  const std::string file = dir_.path() + "/fix.mallory.trapped.sql";
  const RunResult psql =
      test_support::Run({"/usr/bin/env", "psql", "-qX", "-f", file, leaf_->connstr()});
  EXPECT_EQ(psql.status, 0) << psql.err << test_support::ReadWholeFile(file);
  Spoil("update mallory.trapped set p = row(0, '')::mallory.pair where id = 4");
  const RunResult repaired = Repair({"mallory.trapped", "--apply", "--delete"});
  EXPECT_EQ(repaired.status, 0) << repaired.err;
  EXPECT_EQ(Compare({"mallory.trapped"}).status, 0);
}

}  // namespace
}  // namespace e2e
