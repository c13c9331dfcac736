// Indexes and their constraints come back exactly as they were, whatever their kind.
#include "londiste/structure/table_structure.h"

#include <gmock/gmock.h>

#include "server/londiste/copy/copy_fixture.h"

namespace {

using londiste::structure::TableStructure;
using testing::ElementsAre;
using testing::HasSubstr;

class TableStructureTest : public CopyTest {
 protected:
  std::vector<std::string> RoundTrip(const std::string& table) {
    pqxx::work tx(*target_);
    const pg::QualifiedName name = pg::QualifiedName::Parse(table);
    tx.exec0("lock table " + name.Quoted());
    const TableStructure structure = TableStructure::Read(tx, name);
    structure.Drop(tx);
    left_ = tx.exec_params1("select count(*) from pg_index where indrelid = $1::text::regclass",
                            name.Quoted())[0]
                .as<int>();
    std::vector<std::string> names;
    structure.Rebuild(tx, [&](const std::string& index) { names.push_back(index); });
    tx.commit();
    return names;
  }
  void ExpectSameAfterRoundTrip(const std::string& table) {
    const std::string before = Structure(to(), table);
    ASSERT_FALSE(before.empty());
    RoundTrip(table);
    EXPECT_EQ(left_, 0);
    EXPECT_EQ(Structure(to(), table), before);
  }
  int left_ = -1;  // indexes that Drop left in place
};

struct Kind {
  const char* name;
  const char* sql;
};

class IndexKind : public TableStructureTest, public testing::WithParamInterface<Kind> {};

TEST_P(IndexKind, ComesBackAsItWas) {
  to().Exec(
      "create table t (id int, a int not null, b text, c int4range, d text collate \"C\", e "
      "jsonb)");
  to().Exec(GetParam().sql);
  ExpectSameAfterRoundTrip("t");
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, IndexKind,
    testing::Values(
        Kind{"PrimaryKey", "alter table t add primary key (id)"},
        Kind{"NamedPrimaryKey",
             "alter table t add constraint \"Chave, 1ª\" primary key (a, id) include (b) with "
             "(fillfactor = 70)"},
        Kind{"DeferrablePrimaryKey",
             "alter table t add primary key (id) deferrable initially deferred"},
        Kind{"Unique", "alter table t add constraint u unique (a, b) deferrable"},
        Kind{"UniqueNullsNotDistinct",
             "alter table t add constraint u unique nulls not distinct (a, b)"},
        Kind{"UniqueIndex", "create unique index on t (lower(b)) where a > 3"},
        Kind{"Exclusion",
             "alter table t add constraint x exclude using gist (c with &&) with (fillfactor = 80) "
             "where (a > 0) deferrable"},
        Kind{"Expression",
             "create index i on t ((a + id), (b || 'x') desc nulls last); alter index i alter "
             "column 1 set statistics 321"},
        Kind{"Partial", "create index on t (a desc, b) where b is not null"},
        Kind{"Covering", "create index on t (a) include (b, d)"},
        Kind{"Hash", "create index on t using hash (b)"},
        Kind{"Gin", "create index on t using gin (e jsonb_path_ops) with (fastupdate = off)"},
        Kind{"Brin", "create index on t using brin (a) with (pages_per_range = 7)"},
        Kind{"Collation", "create index on t (b collate \"POSIX\" text_pattern_ops, d)"},
        Kind{"ReplicaIdentity",
             "create unique index r on t (a); alter table t replica identity using index r"},
        Kind{"ReplicaIdentityKey",
             "alter table t add constraint k unique (a); alter table t replica identity using "
             "index k"},
        Kind{"Clustered",
             "alter table t add primary key (id); create index c on t (b); alter table t cluster "
             "on c"},
        Kind{"ClusteredKey",
             "alter table t add constraint k primary key (id); alter table t cluster on k"},
        Kind{
            "Comments",
            "alter table t add constraint k primary key (id); comment on constraint k on t is "
            "'it''s \\ the key'; "
            "comment on index k is 'index'; create index j on t (a); comment on index j is 'ação'"},
        Kind{"QuotedNames",
             "create index \"My \"\"Index\"\"\" on t (a); alter table t add constraint \"order\" "
             "unique (id)"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST_F(TableStructureTest, KeepsTheOrderOfCreation) {
  to().Exec(
      "create table t (id int); create index z on t (id); alter table t add constraint k primary "
      "key (id); create index a on t (id)");
  EXPECT_THAT(RoundTrip("t"), ElementsAre("z", "k", "a"));
}

TEST_F(TableStructureTest, KeepsTablespaces) {
  to().Exec("set allow_in_place_tablespaces = on");
  to().Exec("create tablespace fast location ''");
  to().Exec(
      "create table t (id int primary key using index tablespace fast, a int); create index i on t "
      "(a) tablespace fast; create index j on t (a)");
  ExpectSameAfterRoundTrip("t");
  to().Exec("drop table t");
  to().Exec("drop tablespace fast");
}

TEST_F(TableStructureTest, WorksInAnotherSchema) {
  to().Exec(
      "create schema \"Meu Schema\"; create table \"Meu Schema\".\"T.x\" (id int primary key, a "
      "int unique); "
      "create index on \"Meu Schema\".\"T.x\" (a)");
  const std::string before = Structure(to(), "\"Meu Schema\".\"T.x\"");
  EXPECT_EQ(RoundTrip("Meu Schema.T.x").size(), 3u);
  EXPECT_EQ(Structure(to(), "\"Meu Schema\".\"T.x\""), before);
}

TEST_F(TableStructureTest, LeavesAKeyThatAForeignKeyStandsOn) {
  to().Exec(
      "create table t (id int primary key, a int); create index i on t (a); create table c (t int "
      "references t)");
  EXPECT_THAT(RoundTrip("t"), ElementsAre("i"));
  EXPECT_EQ(left_, 1);
}

TEST_F(TableStructureTest, LeavesAKeyThatAViewStandsOn) {
  to().Exec(
      "create table t (id int primary key, a text); create view v as select id, a, count(*) from t "
      "group by id");
  EXPECT_TRUE(RoundTrip("t").empty());
  EXPECT_EQ(left_, 1);
}

TEST_F(TableStructureTest, LeavesTheIndexesOfAPartitionedParent) {
  to().Exec(
      "create table p (id int primary key, a int) partition by range (id); create table t "
      "partition of p for values from (0) to (9); "
      "create index own on t (a)");
  EXPECT_THAT(RoundTrip("t"), ElementsAre("own"));
  EXPECT_EQ(left_, 1);
  EXPECT_TRUE(RoundTrip("p").empty());
}

TEST_F(TableStructureTest, LeavesAnIndexThatAFailedConcurrentBuildLeft) {
  to().Exec("create table t (id int); insert into t values (1), (1)");
  EXPECT_THAT(to().Error("create unique index concurrently broken on t (id)"),
              HasSubstr("could not create unique index"));
  EXPECT_TRUE(RoundTrip("t").empty());
  EXPECT_EQ(left_, 1);
}

TEST_F(TableStructureTest, LeavesRulesChecksTriggersAndStatisticsAlone) {
  to().Exec(
      "create table t (id int primary key, a int, b int); alter table t add check (a > 0) not "
      "valid; create rule r as "
      "on delete to t do instead nothing; "
      "alter table t disable rule r; create statistics s on a, b from t");
  const std::string query =
      "select oid from pg_rewrite where ev_class = 't'::regclass union all select oid from "
      "pg_constraint "
      "where contype = 'c' and conrelid = 't'::regclass union all select oid from pg_statistic_ext "
      "order by 1";
  const std::string before = to().Text(query);
  EXPECT_EQ(std::count(before.begin(), before.end(), '\n') + (before.back() != '\n'), 3);
  RoundTrip("t");
  EXPECT_EQ(to().Text(query), before);
}

}  // namespace
