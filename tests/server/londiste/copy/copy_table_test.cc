// One table's rows from one database to another: content, refusals, and nothing changed after a
// failure.
#include "londiste/copy/copy_table.h"

#include <gmock/gmock.h>

#include <thread>

#include "pg/error.h"
#include "server/londiste/copy/copy_fixture.h"
#include "support/eventually.h"

namespace {

using namespace std::chrono_literals;
using test_support::TableDigest;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CopyTableTest : public CopyTest {
 protected:
  std::string MessageOf(const std::string& table) {
    try {
      Copy(table);
    } catch (...) {
      return pg::DescribeCurrentFailure().message;
    }
    return "";
  }
};

struct TypeCase {
  const char* type;
  const char* values;  // list of SQL expressions
};

class EveryType : public CopyTableTest, public testing::WithParamInterface<TypeCase> {};

TEST_P(EveryType, ArrivesUnchanged) {
  Both(
      "create type mood as enum ('sad', 'ok', 'it''s'); create type pair as (a int, b text); "
      "create domain posint as int check (value > 0); "
      "create table target_of_regclass (x int)");
  Both(std::string("create table t (id serial primary key, v ") + GetParam().type + ")");
  from().Exec(std::string("insert into t (v) select v from unnest(array[") + GetParam().values +
              ", null]::" + GetParam().type + "[]) v");
  // The writer's way of printing values must not matter.
  for (test_support::Sql* sql : {&from(), &to()})
    sql->Exec(
        "do $$ begin execute format('alter database %I set datestyle = ''German, DMY''', "
        "current_database()); "
        "execute format('alter database %I set intervalstyle = ''sql_standard''', "
        "current_database()); "
        "execute format('alter database %I set extra_float_digits = -10', current_database()); end "
        "$$");
  Copy("public.t");
  EXPECT_EQ(to().Text("select * from t order by id"), from().Text("select * from t order by id"));
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
  EXPECT_GT(std::stoi(to().Value("select count(*) from t")), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Types, EveryType,
    testing::Values(
        TypeCase{"bool", "true, false"}, TypeCase{"\"char\"", "'a', ''"},
        TypeCase{"char(5)", "'ab', ''"}, TypeCase{"varchar(9)", "'ab ', ''"},
        TypeCase{"text",
                 R"('', E'tab\tnl\ncr\rbs\\ \\N \\. \b\f\v', 'ação 日本 😀', repeat('x', 100000))"},
        TypeCase{"name", "'n'"},
        TypeCase{"bytea",
                 "'', decode(repeat('00ff5c0a', 1000), 'hex'), (select "
                 "string_agg(set_byte('\\x00', 0, i), '') from generate_series(0, 255) i)"},
        TypeCase{"int2", "-32768, 32767"}, TypeCase{"int4", "-2147483648, 2147483647"},
        TypeCase{"int8", "-9223372036854775808, 9223372036854775807"},
        TypeCase{"numeric",
                 "'NaN', 'Infinity', '-Infinity', 1e-1000, 123456789012345678901234567890.000"},
        TypeCase{"numeric(10,2)", "1.10, -0.01"},
        TypeCase{"float4", "'NaN', '-Infinity', 1e-45, 3.4028235e38, 0.1"},
        TypeCase{"float8", "'NaN', 'Infinity', 5e-324, 0.1, -0.0"},
        TypeCase{"money", "'$1,234.56', '-$0.01'"},
        TypeCase{"date", "'infinity', '-infinity', '0044-03-15 BC', '2024-02-29', '5874897-12-31'"},
        TypeCase{"time", "'00:00', '24:00', '12:34:56.789012'"},
        TypeCase{"timetz", "'12:34:56.789+05:30'"},
        TypeCase{"timestamp", "'infinity', '4713-01-01 BC', '294276-12-31 23:59:59.999999'"},
        TypeCase{"timestamptz",
                 "'-infinity', '2024-03-04 05:06:07.123456+02', '1900-01-01 00:00 Europe/Dublin'"},
        TypeCase{"interval",
                 "'-1 year -2 mons +3 days -04:05:06.789', '1 mon -1 day', '-178000000 years'"},
        TypeCase{"uuid", "gen_random_uuid()"},
        TypeCase{"json", "'{\"a\" : [1, 2], \"a\": \"\\u00e9\\n\"}', 'null', '\"\"'"},
        TypeCase{"jsonb", "'{\"b\": 1e5, \"a\": [null]}'"},
        TypeCase{"jsonpath", "'$.a[*] ? (@ > 1)'"},
        TypeCase{"xml", "'<a>x &amp; y</a>', 'fragment <b/>'"}, TypeCase{"bit(5)", "B'10101'"},
        TypeCase{"varbit", "B'', B'101'"}, TypeCase{"inet", "'::1', '10.0.0.1/8'"},
        TypeCase{"cidr", "'10.0.0.0/8'"}, TypeCase{"macaddr", "'08:00:2b:01:02:03'"},
        TypeCase{"macaddr8", "'08:00:2b:01:02:03:04:05'"}, TypeCase{"point", "'(1.5,-2e300)'"},
        TypeCase{"line", "'{1,2,3}'"}, TypeCase{"lseg", "'[(0,0),(1,1)]'"},
        TypeCase{"box", "'(1,1),(0,0)'"}, TypeCase{"path", "'[(0,0),(1,1)]', '((0,0),(1,1))'"},
        TypeCase{"polygon", "'((0,0),(1,1),(2,0))'"}, TypeCase{"circle", "'<(0,0),1.5>'"},
        TypeCase{"tsvector", "'''it''''s'':1A b:2,3'"},
        TypeCase{"tsquery", "'a & !(b | ''c d'':*)'"}, TypeCase{"oid", "0, 4294967295"},
        TypeCase{"xid8", "'18446744073709551615'"}, TypeCase{"pg_lsn", "'16/B374D848'"},
        TypeCase{"regclass", "'target_of_regclass', 'pg_class'"},
        TypeCase{"regtype", "'int4', 'mood'"}, TypeCase{"int4range", "'empty', '(,5)', '[1,)'"},
        TypeCase{"tstzrange", "'[2024-01-01 00:00+00,infinity)'"},
        TypeCase{"int4multirange", "'{}', '{[1,3),[5,9)}'"}, TypeCase{"mood", "'sad', 'it''s'"},
        TypeCase{"pair", "row(1, 'a,b\"c'), row(null, ''), row(null, null)"},
        TypeCase{"posint", "1, 2147483647"}, TypeCase{"txid_snapshot", "'10:20:10,14,15'"}),
    [](const auto& param) {
      std::string name = param.param.type;
      std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
      return name;
    });

TEST_F(CopyTableTest, CopiesArraysOfTextWithEverything) {
  Both("create table t (id int primary key, v text[], w int[][])");
  from().Exec(
      R"(insert into t values (1, array['', null, 'NULL', '{"a,b"}', E'\\', E'\n'], '{{1,2},{3,null}}'), (2, '{}', '[2:3]={7,8}'))");
  Copy("public.t");
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
}

TEST_F(CopyTableTest, ReplacesWhatWasThereAndReportsRowsAndBytes) {
  Both("create table t (id int primary key, v text)");
  to().Exec("insert into t values (1, 'old'), (99, 'old')");
  from().Exec("insert into t select i, 'new' from generate_series(1, 5000) i");
  const auto result = Copy("public.t");
  EXPECT_EQ(result.rows, 5000);
  EXPECT_GT(result.bytes, 5000 * 6);
  EXPECT_EQ(observer_.last_rows, 5000);
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
  EXPECT_THAT(observer_.warnings, IsEmpty());
  EXPECT_EQ(Structure(to(), "t"), Structure(from(), "t"));
}

TEST_F(CopyTableTest, CopiesAnEmptyTable) {
  Both("create table t (id int primary key)");
  to().Exec("insert into t values (1)");
  EXPECT_EQ(Copy("public.t").rows, 0);
  EXPECT_EQ(to().Value("select count(*) from t"), "0");
}

TEST_F(CopyTableTest, TheSnapshotTellsWhatWasCopied) {
  Both("create table t (id int primary key)");
  from().Exec("insert into t values (1)");
  const pgq::Txid seen(std::stoll(from().Value("select txid_current()")));
  const auto result = Copy("public.t");
  EXPECT_TRUE(result.snapshot.Contains(seen));
  EXPECT_FALSE(
      result.snapshot.Contains(pgq::Txid(std::stoll(from().Value("select txid_current()")))));
}

TEST_F(CopyTableTest, KeepsRowsWhenTold) {
  Both("create table t (id int primary key)");
  to().Exec("insert into t values (1)");
  from().Exec("insert into t values (2)");
  Copy({"public.t", {"public", "t"}, {"public", "t"}, true, {}, {}});
  EXPECT_EQ(to().Text("select id from t order by 1"), "1\n2\n");
}

TEST_F(CopyTableTest, CopiesToAnotherName) {
  from().Exec(
      "create schema \"Loja 1\"; create table \"Loja 1\".\"Pedido\" (\"Nº\" int primary key, "
      "\"order\" text)");
  from().Exec("insert into \"Loja 1\".\"Pedido\" values (1, 'a')");
  to().Exec("create table orders (\"Nº\" int primary key, \"order\" text)");
  Copy({"Loja 1.Pedido",
        pg::QualifiedName::Parse("Loja 1.Pedido"),
        {"public", "orders"},
        false,
        {},
        {},
        {}});
  EXPECT_EQ(to().Text("select * from orders"), "1|a\n");
}

TEST_F(CopyTableTest, WarnsOfColumnsThatDifferByNameAndCopiesTheOthers) {
  from().Exec(
      "create table t (gone text, id int primary key, v text); insert into t values ('x', 1, 'a')");
  to().Exec("create table t (id int primary key, v text, extra int default 7)");
  Copy("public.t");
  EXPECT_EQ(to().Text("select * from t"), "1|a|7\n");
  EXPECT_THAT(
      observer_.warnings,
      ElementsAre("table public.t: columns that do not exist here are not copied: gone",
                  "table public.t: columns that the provider lacks get their defaults: extra"));
  EXPECT_THAT(states_.left_out, ElementsAre("gone"));
}

TEST_F(CopyTableTest, WhatTheSourceDoesWithoutIsMissingHereTooUnlessItIsHere) {
  from().Exec("create table t (gone text, id int primary key)");
  to().Exec("create table t (id int primary key, here text)");
  londiste::copy::CopyRequest request = Request("public.t");
  request.source_left_out = {"gone", "here", "elsewhere"};
  Copy(request);
  EXPECT_THAT(states_.left_out, ElementsAre("gone", "elsewhere"));
}

// Until they have fired, the table may not be changed.
TEST_F(CopyTableTest, ConstraintTriggersThatWaitFireBeforeTheIndexesAreBuilt) {
  Both("create table t (id int primary key, v text); create index on t (v)");
  from().Exec("insert into t select i, 'x' from generate_series(1, 10) i");
  to().Exec(
      "create table seen (id int);"
      "create function note() returns trigger language plpgsql as $$ begin insert into "
      "public.seen values (new.id); return null; end $$;"
      "create constraint trigger note after insert on t deferrable initially deferred for each row "
      "execute function note(); alter table t enable always trigger note");
  Copy("public.t");
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
  EXPECT_EQ(to().Value("select count(*) from seen"), "10");
}

TEST_F(CopyTableTest, RowSecurityOnEitherSideIsRefused) {
  Both(
      "create table t (id int primary key); alter table t enable row level security; alter table t "
      "force row level security; create policy few on t using (id > 1)");
  from().Exec("create role narrow login; grant select on t to narrow");
  to().Exec("grant all on t to narrow");
  from().Exec("insert into t values (1), (2)");
  const auto refusal = [&] {
    try {
      Copy("public.t");
    } catch (const pg::SqlError& error) {
      EXPECT_EQ(error.sqlstate(), "42501");
      EXPECT_THAT(error.hint(), HasSubstr("bypassrls"));
      return std::string(error.what());
    }
    return std::string("copied");
  };
  pg::ExecAutocommit(*source_, "set session authorization narrow");
  EXPECT_EQ(refusal(),
            "row-level security of table \"public.t\" on the provider would hide rows from role "
            "\"narrow\"");
  pg::ExecAutocommit(*source_, "reset session authorization");
  pg::ExecAutocommit(*target_, "set session authorization narrow");
  EXPECT_EQ(refusal(),
            "row-level security of table \"public.t\" here would hide rows from role \"narrow\"");
  pg::ExecAutocommit(*target_, "reset session authorization");
  Copy("public.t");
  EXPECT_EQ(to().Text("select * from t order by 1"), "1\n2\n");
  Both("drop owned by narrow");
  from().Exec("drop role narrow");
}

TEST_F(CopyTableTest, HandlesIdentityAndGeneratedColumns) {
  Both(
      "create table t (id int generated always as identity primary key, a int, twice int generated "
      "always as (a * 2) stored)");
  from().Exec("insert into t (a) select generate_series(1, 10); delete from t where id < 5");
  Copy("public.t");
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
  EXPECT_THAT(observer_.warnings, IsEmpty());
}

TEST_F(CopyTableTest, CopiesOnlyTheTableItselfOfAnInheritanceTree) {
  Both("create table t (id int primary key); create table child () inherits (t)");
  from().Exec("insert into t values (1); insert into child values (2)");
  to().Exec("insert into child values (3)");
  Copy("public.t");
  EXPECT_EQ(to().Text("select id from t order by 1"), "1\n3\n");
}

TEST_F(CopyTableTest, CopiesPartitionedTables) {
  Both("create table t (id int primary key, v int) partition by range (id)");
  from().Exec(
      "create table t1 partition of t for values from (0) to (100); create table t2 partition of t "
      "for values from (100) to (200)");
  to().Exec(
      "create table everything partition of t default; create index on t (v); insert into t values "
      "(7, 7)");
  from().Exec("insert into t select i, i from generate_series(50, 150) i");
  const std::string before = Structure(to(), "everything");
  Copy("public.t");
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
  EXPECT_EQ(Structure(to(), "everything"), before);
}

TEST_F(CopyTableTest, CopiesIntoOnePartition) {
  from().Exec("create table t (id int primary key); insert into t values (1), (2)");
  to().Exec(
      "create table p (id int primary key) partition by range (id); create table t partition of p "
      "for values from (0) to (10); "
      "create table u partition of p for values from (10) to (20); insert into p values (5), (15)");
  Copy("public.t");
  EXPECT_EQ(to().Text("select id from p order by 1"), "1\n2\n15\n");
}

TEST_F(CopyTableTest, FiresNoTriggersAndNoRules) {
  Both("create table t (id int primary key, v text)");
  to().Exec(
      "create function refuse() returns trigger language plpgsql as $$ begin raise exception "
      "'fired'; end $$; "
      "create trigger a before insert on t for each row execute function refuse(); "
      "create trigger b before truncate on t execute function refuse(); create rule r as on insert "
      "to t do instead nothing");
  from().Exec("insert into t values (1, 'a')");
  Copy("public.t");
  EXPECT_EQ(to().Value("select count(*) from t"), "1");
}

TEST_F(CopyTableTest, DropsForeignKeysThatCameInBetweenAndKeepsThemPending) {
  Both("create table t (id int primary key, parent int references t)");
  to().Exec("create table child (t int references t)");
  from().Exec("insert into t values (1, 1)");
  Copy("public.t");
  EXPECT_EQ(to().Value("select count(*) from pg_constraint where contype = 'f' and conrelid in "
                       "('t'::regclass, 'child'::regclass)"),
            "0");
  EXPECT_EQ(to().Value("select count(*) from londiste.pending_fkeys"), "2");
}

TEST_F(CopyTableTest, ExecutesStructureThatAnEarlierCopyHadTakenAway) {
  from().Exec("create table t (id int primary key); insert into t values (1)");
  to().Exec("create table t (id int)");
  Copy({"public.t",
        {"public", "t"},
        {"public", "t"},
        false,
        "alter table public.t add constraint t_pkey primary key (id);",
        {}});
  EXPECT_EQ(
      to().Value(
          "select conname from pg_constraint where conrelid = 't'::regclass and contype = 'p'"),
      "t_pkey");
}

TEST_F(CopyTableTest, ALeadMakesTheTableReadyForTheRowsOfOthers) {
  Both("create table t (id int primary key, v text)");
  to().Exec("insert into t values (1, 'old')");
  from().Exec("insert into t values (2, 'new')");
  auto request = Request("public.t");
  request.part = londiste::copy::CopyPart::kLead;
  states_.rows_copied = [&] {
    EXPECT_EQ(to().Value("select count(*) from t"), "0");  // emptied for all to see
    EXPECT_EQ(to().Value("select count(*) from pg_index where indrelid = 't'::regclass"), "0");
    to().Exec("insert into t values (1, 'of another queue')");
  };
  EXPECT_TRUE(Copy(request).structure_missing);
  EXPECT_THAT(states_.dropped.value().Text(), HasSubstr("primary key"));
  EXPECT_EQ(to().Value("select string_agg(v, ', ' order by id) from t"), "of another queue, new");

  request.part = londiste::copy::CopyPart::kJoin;
  request.skip_truncate = true;
  states_.rows_copied = nullptr;
  states_.dropped.reset();
  EXPECT_TRUE(Copy(request).structure_missing);
  EXPECT_EQ(to().Value("select count(*) from t"), "3");
  EXPECT_FALSE(states_.dropped);
}

// What is stored tells the others that they may come.
TEST_F(CopyTableTest, ALeadStoresSomethingWhereNothingCanBeTakenAway) {
  Both("create table t (id int primary key, v text)");
  to().Exec("create view stands_on_the_key as select id, v from t group by id");
  auto request = Request("public.t");
  request.part = londiste::copy::CopyPart::kLead;
  Copy(request);
  EXPECT_EQ(states_.dropped.value().Text(), "select 1;\n");
}

TEST_F(CopyTableTest, EmptiesNothingThatItMayNot) {
  Both("create table t (id int primary key)");
  to().Exec("insert into t values (1)");
  states_.may_empty = [] { throw std::runtime_error("no"); };
  EXPECT_ANY_THROW(Copy("public.t"));
  EXPECT_EQ(to().Value("select count(*) from t"), "1");
  EXPECT_EQ(to().Value("select count(*) from pg_index where indrelid = 't'::regclass"), "1");
}

TEST_F(CopyTableTest, RefusesAMissingTableSayingWhere) {
  from().Exec("create table only_there (id int primary key)");
  to().Exec("create table only_here (id int primary key)");
  EXPECT_EQ(MessageOf("public.only_there"),
            "table \"public.only_there\" does not exist in this node's database");
  EXPECT_EQ(MessageOf("public.only_here"),
            "table \"public.only_here\" does not exist in the provider's database");
}

// After each failure the target is as it was before, indexes and rows.
class FailingCopy : public CopyTableTest {
 protected:
  void SetUp() override {
    Both("create table t (id int primary key, v text); create index i on t (v)");
    from().Exec("insert into t select i, 'new' from generate_series(1, 1000) i");
    to().Exec("insert into t values (1, 'old')");
    rows_ = to().Text("select * from t");
    structure_ = Structure(to(), "t");
  }
  void ExpectUntouched() {
    EXPECT_EQ(to().Text("select * from t"), rows_);
    EXPECT_EQ(Structure(to(), "t"), structure_);
  }
  std::string rows_, structure_;
};

TEST_F(FailingCopy, ConstraintOfTheTarget) {
  to().Exec("alter table t add constraint short check (length(v) < 4 and id < 900)");
  EXPECT_THAT(MessageOf("public.t"), HasSubstr("violates check constraint \"short\""));
  ExpectUntouched();
  to().Exec("alter table t drop constraint short");
  EXPECT_EQ(MessageOf("public.t"), "");  // the same sessions go on
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
}

TEST_F(FailingCopy, DuplicatesFoundWhenTheIndexIsBuilt) {
  from().Exec("alter table t drop constraint t_pkey; insert into t values (1, 'again')");
  EXPECT_THAT(MessageOf("public.t"), HasSubstr("could not create unique index \"t_pkey\""));
  ExpectUntouched();
}

TEST_F(FailingCopy, SourceDiesInTheMiddle) {
  from().Exec("insert into t select i, repeat('x', 100) from generate_series(1001, 400000) i");
  states_.rows_copied = [] { ADD_FAILURE() << "the copy went on without its source"; };
  observer_.on_progress = [this] {
    from().Exec("select pg_terminate_backend(" + std::to_string(PQbackendPID(source_->native())) +
                ", 10000)");
  };
  EXPECT_NE(MessageOf("public.t"), "");
  ExpectUntouched();
}

TEST_F(FailingCopy, StateCannotBeSaved) {
  states_.rows_copied = [] { throw base::Error("not wanted"); };
  EXPECT_EQ(MessageOf("public.t"), "not wanted");
  ExpectUntouched();
}

TEST_F(FailingCopy, RowLevelSecurityHidesRows) {
  from().Exec(
      "create role blind login; grant select on t to blind; grant usage on schema public to blind; "
      "alter table t enable row level security");
  const std::string as_blind =
      Server().Connstr(from().Value("select current_database()")) + " user=blind";
  pg::ConnectOptions options;
  options.connstr = as_blind;
  source_ = std::make_unique<pg::Connection>(options, source_interrupt_);
  EXPECT_THAT(MessageOf("public.t"), HasSubstr("row-level security"));
  ExpectUntouched();
  source_.reset();
  from().Exec("drop owned by blind; drop role blind");
}

TEST_F(FailingCopy, InterruptedWhileItWaitsForTheLock) {
  test_support::Sql holder(Server().Connstr(to().Value("select current_database()")));
  holder.Exec("begin; select * from t");
  std::thread canceller([&] {
    test_support::Sql watcher(Server().Connstr("postgres"));
    EXPECT_TRUE(test_support::Eventually(10s, "the copy waits", [&] {
      return watcher.Value(
                 "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
                 "application_name = 'copy test'") == "1";
    }));
    target_interrupt_.Cancel();
  });
  EXPECT_NE(MessageOf("public.t"), "");
  canceller.join();
  holder.Exec("rollback");
  ExpectUntouched();
}

// What a handler asks for.
TEST_F(CopyTableTest, TakesTheSelectionOfRowsAndColumns) {
  Both("create table t (id int primary key, a text default 'here', b text)");
  from().Exec("insert into t select i, 'there', 'x' || i from generate_series(1, 10) i");
  auto request = Request("public.t");
  request.selection = {"id % 2 = 0 or id = 1", [](const std::string& column) {
                         return column == "id" || column == "b" ? std::optional(column)
                                                                : std::nullopt;
                       }};
  EXPECT_EQ(Copy(request).rows, 6);
  EXPECT_EQ(to().Text("select a, string_agg(b, ' ' order by id) from t group by a"),
            "here|x1 x2 x4 x6 x8 x10\n");
}

}  // namespace
