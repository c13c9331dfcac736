// Many events of one table at a time: written as a set, or in order where that is not possible.
#include <gmock/gmock.h>

#include "pgq/urlencode.h"
#include "server/londiste/apply/apply_fixture.h"

namespace {

using londiste::apply::ApplyStats;
using londiste::apply::MissingRow;
using testing::HasSubstr;

class SetTest : public ApplyTest {
 protected:
  explicit SetTest(std::size_t array_rows) {
    options_.set_rows = 2;
    options_.array_rows = array_rows;
    options_.table_rows = 0;
  }
  void CreateT(const std::string& more = "") {
    admin().Exec("create table t (id int primary key, txt text" + more + ")");
  }
  void Fill(int rows) {
    admin().Exec("insert into t (id, txt) select n, 'old' from generate_series(1, " +
                 std::to_string(rows) + ") n");
  }
};

// Through staging tables, and as arrays in the statements' text.
class SetWriterTest : public SetTest, public testing::WithParamInterface<std::size_t> {
 protected:
  SetWriterTest() : SetTest(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Ways, SetWriterTest, testing::Values(0, 1000),
                         [](const auto& way) { return way.param == 0 ? "Staged" : "InText"; });

class StagedSetTest : public SetTest {
 protected:
  StagedSetTest() : SetTest(0) {}
};

class TextSetTest : public SetTest {
 protected:
  TextSetTest() : SetTest(1000) {}
};

TEST_P(SetWriterTest, NetEffectOfEachKind) {
  CreateT();
  Fill(4);
  Event("U:id", "id=1&txt=a");
  Event("U:id", "id=1&txt=b");    // the last one counts
  Event("D:id", "id=2&txt=old");  // gone
  Event("D:id", "id=3&txt=old");
  Event("I:id", "id=3&txt=again");  // replaced
  Event("I:id", "id=5&txt=new");
  Event("U:id", "id=5&txt=new%09tab%5c");  // one insert
  Event("I:id", "id=6&txt=brief");
  Event("D:id", "id=6&txt=brief");  // nothing
  Event("U:id", "id=4&txt");        // NULL
  const ApplyStats stats = Apply();
  EXPECT_EQ(Rows(), "1|b\n3|again\n4|\\N\n5|new\ttab\\\n");
  EXPECT_EQ(stats.in_sets, 10);
  EXPECT_EQ(stats.sets_undone, 0);
  EXPECT_EQ(stats.inserted, 3);
  EXPECT_EQ(stats.updated, 4);
  EXPECT_EQ(stats.deleted, 3);
}

TEST_F(StagedSetTest, SeveralBatchesUseTheSameStagingTables) {
  CreateT();
  Fill(9);
  for (int batch = 0; batch < 4; ++batch) {
    Event("U:id", "id=1&txt=" + std::to_string(batch));
    Event("D:id", "id=" + std::to_string(batch + 2) + "&txt");
    EXPECT_EQ(Apply().in_sets, 2);
  }
  EXPECT_EQ(pg::ExecAutocommit(*connection_,
                               "select count(*) from pg_class where relname like "
                               "'londiste_stage%'")[0][0]
                .as<int>(),
            1);
  EXPECT_EQ(admin().Value("select txt from t where id = 1"), "3");
}

TEST_F(StagedSetTest, StagingTablesOfARolledBackBatchAreMadeAgain) {
  CreateT();
  Fill(3);
  options_.missing_row = MissingRow::kError;
  MakeApplier();
  Event("U:id", "id=1&txt=a");
  Event("U:id", "id=2&txt=a");
  admin().Exec("create table other (id int primary key)");
  Event("D:id", "id=99", "public.other");
  EXPECT_THAT(ApplyFails(), HasSubstr("the row does not exist"));
  Event("U:id", "id=1&txt=b");
  Event("U:id", "id=2&txt=b");
  EXPECT_EQ(Apply().in_sets, 2);
  EXPECT_EQ(Rows(), "1|b\n2|b\n3|old\n");
}

TEST_P(SetWriterTest, SeveralPiecesInOneBatch) {
  CreateT();
  options_.buffer_rows = 3;
  MakeApplier();
  for (int id = 1; id <= 10; ++id) Event("I:id", "id=" + std::to_string(id) + "&txt=x");
  for (int id = 1; id <= 10; ++id) Event("U:id", "id=" + std::to_string(id) + "&txt=y");
  for (int id = 1; id <= 8; ++id) Event("D:id", "id=" + std::to_string(id) + "&txt");
  const ApplyStats stats = Apply();
  EXPECT_EQ(Rows(), "9|y\n10|y\n");
  EXPECT_GT(stats.in_sets, 20);
}

TEST_P(SetWriterTest, APieceThatFailsUnderWayIsWrittenInOrderBeforeTheNext) {
  CreateT();
  Fill(1);
  options_.buffer_rows = 3;
  MakeApplier();
  for (const char* value : {"a", "b"}) {
    Event("U:id", std::string("id=1&txt=") + value);
    Event("U:id", "id=9&txt=missing");
    Event("U:id", "id=1&txt=last");
  }
  Event("U:id", "id=1&txt=really+last");
  const ApplyStats stats = Apply();
  EXPECT_EQ(stats.missing, 2);
  EXPECT_EQ(stats.updated, 5);
  EXPECT_GE(stats.sets_undone, 1);
  EXPECT_EQ(Rows(), "1|really last\n");
}

TEST_P(SetWriterTest, AnErrorInAPieceUnderWayEndsTheBatch) {
  CreateT(", check (txt <> 'bad')");
  options_.buffer_rows = 3;
  MakeApplier();
  for (int id = 1; id <= 20; ++id)
    Event("I:id", "id=" + std::to_string(id) + (id == 2 ? "&txt=bad" : "&txt=good"));
  EXPECT_THAT(ApplyFails(),
              HasSubstr("could not apply event 102 (I) to table \"public.t\", key (id=2)"));
  EXPECT_EQ(Rows(), "");
  Event("I:id", "id=1&txt=good");
  EXPECT_EQ(Apply().inserted, 1);
}

TEST_P(SetWriterTest, ATableThatFailsLeavesTheOthersAsTheyAre) {
  CreateT();
  admin().Exec("create table u (id int primary key, txt text)");
  admin().Exec("create table v (id int primary key, txt text)");
  Fill(2);
  for (const char* table : {"public.t", "public.u", "public.v"}) {
    Event("I:id", "id=3&txt=new", table);
    Event("I:id", "id=4&txt=new", table);
    Event("U:id", "id=3&txt=newer", table);
  }
  Event("D:id", "id=99&txt", "public.u");
  const ApplyStats stats = Apply();
  EXPECT_EQ(stats.in_sets, 6);
  EXPECT_EQ(stats.sets_undone, 1);
  EXPECT_EQ(stats.missing, 1);
  EXPECT_EQ(Rows(), "1|old\n2|old\n3|newer\n4|new\n");
  EXPECT_EQ(Rows("u"), "3|newer\n4|new\n");
  EXPECT_EQ(Rows("v"), "3|newer\n4|new\n");
}

TEST_F(StagedSetTest, FewNewRowsComeByTheStagingTable) {
  admin().Exec(
      "create table t (id int primary key, n int generated always as identity, g text generated "
      "always as ('g' || id) stored, txt varchar(5))");
  // The first set tells how far away the server is.
  Event("I:id", "id=1&n=7&txt=a");
  Event("I:id", "id=2&n=8&txt=b");
  EXPECT_EQ(Apply().in_sets, 2);
  Event("D:id", "id=1&n=7&txt=a");
  Event("I:id", "id=1&n=9&txt=again");
  Event("I:id", "id=3&n=10&txt");
  Event("U:id", "id=2&n=8&txt=c");
  EXPECT_EQ(Apply().in_sets, 4);
  EXPECT_EQ(Rows(), "1|9|g1|again\n2|8|g2|c\n3|10|g3|\\N\n");
  Event("I:id", "id=4&n=11&txt=d");
  Event("I:id", "id=5&n=12&txt=too+long");
  EXPECT_THAT(ApplyFails(), HasSubstr("could not apply event 108 (I)"));
}

TEST_P(SetWriterTest, SwappedUniqueValuesComeOutRight) {
  CreateT(", unique (txt)");
  admin().Exec("insert into t values (1, 'a'), (2, 'b')");
  Event("U:id", "id=1&txt");
  Event("U:id", "id=2&txt=a");
  Event("U:id", "id=1&txt=b");
  const ApplyStats stats = Apply();
  EXPECT_EQ(Rows(), "1|b\n2|a\n");
  EXPECT_EQ(stats.updated, 3);
}

TEST_P(SetWriterTest, AMissingRowIsNamedAsInOrder) {
  CreateT();
  Fill(3);
  Event("U:id", "id=1&txt=a");
  Event("U:id", "id=9&txt=a");
  Event("D:id", "id=2&txt");
  const ApplyStats stats = Apply();
  EXPECT_EQ(stats.sets_undone, 1);
  EXPECT_EQ(stats.missing, 1);
  EXPECT_EQ(stats.updated, 1);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(warnings_[0],
              HasSubstr("event 102 (U): table \"public.t\" has no row with key (id=9)"));
  EXPECT_EQ(Rows(), "1|a\n3|old\n");
}

TEST_P(SetWriterTest, AFailureNamesTheEvent) {
  CreateT(", check (txt <> 'bad')");
  Event("I:id", "id=1&txt=good");
  Event("I:id", "id=2&txt=bad");
  Event("I:id", "id=3&txt=good");
  EXPECT_THAT(ApplyFails(),
              HasSubstr("could not apply event 102 (I) to table \"public.t\", key (id=2)"));
  EXPECT_EQ(sqlstate_, "23514");
  EXPECT_EQ(Rows(), "");
}

TEST_P(SetWriterTest, ARowThatCameAndWentMustNotHaveBeenThere) {
  CreateT();
  Fill(1);
  Event("I:id", "id=1&txt=x");
  Event("D:id", "id=1&txt=x");
  EXPECT_THAT(ApplyFails(), HasSubstr("could not apply event 101 (I)"));
  EXPECT_EQ(sqlstate_, "23505");
}

TEST_P(SetWriterTest, ReplicaTriggersSeeEachEvent) {
  CreateT();
  admin().Exec(
      "create table seen (n serial, op text, txt text); create function note() returns trigger "
      "language plpgsql as $$ begin insert into public.seen (op, txt) values (tg_op, new.txt); "
      "return null; end $$; create trigger note after insert or update on t for each row execute "
      "function note(); alter table t enable always trigger note");
  Event("I:id", "id=1&txt=a");
  Event("U:id", "id=1&txt=b");
  Event("U:id", "id=1&txt=c");
  EXPECT_EQ(Apply().in_sets, 0);
  EXPECT_EQ(Rows("seen"), "1|INSERT|a\n2|UPDATE|b\n3|UPDATE|c\n");
}

TEST_P(SetWriterTest, KeysThatCanBeSpelledInTwoWaysGoInOrder) {
  admin().Exec("create table t (id numeric primary key, txt text)");
  Event("I:id", "id=1.0&txt=a");
  Event("U:id", "id=1.00&txt=b");
  const ApplyStats stats = Apply();
  EXPECT_EQ(stats.in_sets, 0);
  EXPECT_EQ(Rows(), "1.00|b\n");
}

TEST_P(SetWriterTest, AChangedTableIsSeenAfterForgetPlans) {
  CreateT();
  Fill(3);
  Event("U:id", "id=1&txt=1");
  Event("U:id", "id=2&txt=2");
  EXPECT_EQ(Apply().in_sets, 2);
  admin().Exec("alter table t alter txt type int using 0, add more text");
  applier_->ForgetPlans();
  Event("U:id", "id=1&txt=10&more=x");
  Event("I:id", "id=4&txt=40&more=y");
  EXPECT_EQ(Apply().in_sets, 2);
  EXPECT_EQ(Rows(), "1|10|x\n2|0|\\N\n3|0|\\N\n4|40|y\n");
}

TEST_F(StagedSetTest, WithoutTheRightToMakeTemporaryTablesItGoesInOrder) {
  CreateT();
  Fill(2);
  const std::string database = admin().Value("select current_database()");
  admin().Exec("revoke temporary on database " + pg::QuoteIdent(database) +
               " from public; create role no_temp; grant all on t to no_temp");
  pg::ExecAutocommit(*connection_, "set role no_temp");
  Event("U:id", "id=1&txt=a");
  Event("U:id", "id=2&txt=b");
  const ApplyStats stats = Apply();
  EXPECT_EQ(stats.sets_undone, 1);
  EXPECT_EQ(stats.updated, 2);
  EXPECT_EQ(Rows(), "1|a\n2|b\n");
  pg::ExecAutocommit(*connection_, "reset role");
  admin().Exec("revoke all on t from no_temp; drop role no_temp");
}

TEST_P(SetWriterTest, UnchangedIndexedColumnsMakeNoIndexEntries) {
  admin().Exec("create table t (id int primary key, txt text, note text) with (fillfactor = 40)");
  admin().Exec("create index on t (txt)");
  admin().Exec("insert into t select n, 'same', 'old' from generate_series(1, 50) n");
  for (int id = 1; id <= 50; ++id) Event("U:id", "id=" + std::to_string(id) + "&txt=same&note=new");
  EXPECT_EQ(Apply().in_sets, 50);
  pg::ExecAutocommit(*connection_, "select pg_stat_force_next_flush()");
  EXPECT_EQ(admin().Value("select n_tup_upd || '/' || n_tup_hot_upd from pg_stat_user_tables where "
                          "relname = 't'"),
            "50/50");
}

TEST_P(SetWriterTest, IdentityAndGeneratedColumns) {
  admin().Exec(
      "create table t (id int primary key, n int generated always as identity, g text generated "
      "always as ('g' || id) stored)");
  Event("I:id", "id=1&n=7&g=whatever");
  Event("I:id", "id=2&n=8&g=whatever");
  EXPECT_EQ(Apply().in_sets, 2);
  EXPECT_EQ(Rows(), "1|7|g1\n2|8|g2\n");
}

// Whatever an array or a literal would take for something else.
TEST_F(TextSetTest, ValuesArriveAsTheyAre) {
  CreateT();
  const std::vector<std::string> values = {
      "",     "NULL",  "null",    " ",    "{",    "}",    ",",   "\"", "'",  "\\",   "\\N",
      "\\\\", "\\\"'", "{\"a\"}", "\t\n", "\r\b", "\f\v", "\\t", "E'", "$1", "é\n\\"};
  std::string expected;
  for (std::size_t id = 0; id < values.size(); ++id) {
    std::string data = "id=" + std::to_string(id) + "&txt=";
    pgq::EncodeTo(data, values[id]);
    Event("I:id", data);
  }
  Event("I:id", "id=100&txt");
  EXPECT_EQ(Apply().in_sets, static_cast<std::int64_t>(values.size()) + 1);
  for (std::size_t id = 0; id < values.size(); ++id)
    EXPECT_EQ(admin().Value("select txt from t where id = " + std::to_string(id)), values[id]);
  EXPECT_EQ(admin().Value("select txt is null from t where id = 100"), "t");
}

TEST_F(TextSetTest, TextKeysArriveAsTheyAre) {
  admin().Exec("create table t (k text collate \"C\", l varchar(9), v text, primary key (k, l))");
  for (const std::string k : {"NULL", "'", "\\", "\"", ""}) {
    std::string data = "k=";
    pgq::EncodeTo(data, k);
    Event("I:k,l", data + "&l=&v=1");
    Event("I:k,l", data + "&l=%22&v=1");
  }
  EXPECT_EQ(Apply().in_sets, 10);
  EXPECT_EQ(admin().Text("select k, l from t order by 1, 2"),
            "|\n|\"\n\"|\n\"|\"\n'|\n'|\"\nNULL|\nNULL|\"\n\\|\n\\|\"\n");
  for (const std::string k : {"NULL", "'", "\\", "\"", ""}) {
    std::string data = "k=";
    pgq::EncodeTo(data, k);
    Event("U:k,l", data + "&l=&v=2");
    Event("D:k,l", data + "&l=%22");
  }
  const ApplyStats stats = Apply();
  EXPECT_EQ(stats.in_sets, 10);
  EXPECT_EQ(stats.sets_undone, 0);
  EXPECT_THAT(warnings_, testing::IsEmpty());
  EXPECT_EQ(admin().Value("select count(*) || '/' || count(distinct k) from t where v = '2'"),
            "5/5");
}

// Nothing of a message with such a value is run, and what came before stays.
TEST_F(TextSetTest, AValueThatTheServerCannotReadUndoesNothingElse) {
  CreateT();
  admin().Exec("create table u (id int primary key, txt text)");
  options_.buffer_rows = options_.first_buffer_rows = 4;
  MakeApplier();
  for (const std::string id : {"1", "2", "3", "4"}) Event("I:id", "id=" + id + "&txt=x");
  for (const std::string id : {"1", "2"}) Event("I:id", "id=" + id + "&txt=x", "public.u");
  Event("U:id", "id=1&txt=y");
  Event("I:id", "id=5&txt=%ff");
  EXPECT_THAT(ApplyFails(), HasSubstr("could not apply event 108 (I) to table \"public.t\", key "
                                      "(id=5), column \"txt\""));
  EXPECT_EQ(Rows(), "");
}

// Of types without arrays: they wait until a staging table pays.
TEST_F(TextSetTest, ColumnsOfArraysGoByTheStagingTable) {
  admin().Exec("create table t (id int primary key, a int[], b box)");
  for (int id = 1; id <= 19; ++id)
    Event("I:id", "id=" + std::to_string(id) + "&a=%7b1,NULL%7d&b=(2,2),(1,1)");
  EXPECT_EQ(Apply().in_sets, 0);
  for (int id = 1; id <= 19; ++id)
    Event("U:id", "id=" + std::to_string(id) + "&a=%7b2%7d&b=(3,3),(1,1)");
  Event("D:id", "id=1&a");
  EXPECT_EQ(Apply().in_sets, 20);
  EXPECT_EQ(admin().Value("select count(*) from t where a = '{2}' and b ~= '(3,3),(1,1)'"), "18");
}

TEST_F(TextSetTest, ALengthIsCheckedNotCut) {
  admin().Exec("create table t (id int primary key, txt varchar(3), c char(3), b bit(3))");
  Event("I:id", "id=1&txt=abc&c=a&b=101");
  Event("I:id", "id=2&txt=ab&c=abc&b=010");
  EXPECT_EQ(Apply().in_sets, 2);
  EXPECT_EQ(Rows(), "1|abc|a  |101\n2|ab|abc|010\n");
  for (const std::string wrong : {"txt=abcd&c=a&b=101", "txt=a&c=abcd&b=101", "txt=a&c=a&b=1010"}) {
    Event("U:id", "id=1&txt=x&c=x&b=111");
    Event("U:id", "id=2&" + wrong);
    EXPECT_THAT(ApplyFails(), HasSubstr("(U) to table \"public.t\", key (id=2)"));
  }
  EXPECT_EQ(Rows(), "1|abc|a  |101\n2|ab|abc|010\n");
}

// One that fails among many: the others stay sets.
TEST_F(TextSetTest, AFailureIsFoundAmongManyTables) {
  constexpr int kTables = 20;
  for (int table = 0; table < kTables; ++table)
    admin().Exec("create table t" + std::to_string(table) + " (id int primary key, txt text)");
  for (int table = 0; table < kTables; ++table)
    for (const std::string id : {"1", "2"})
      Event("I:id", "id=" + id + "&txt=x", "public.t" + std::to_string(table));
  for (const std::string table : {"public.t3", "public.t11"}) Event("U:id", "id=7&txt=x", table);
  const ApplyStats stats = Apply();
  EXPECT_EQ(stats.sets_undone, 2);
  EXPECT_EQ(stats.in_sets, 2 * (kTables - 2));
  EXPECT_EQ(stats.missing, 2);
  for (int table = 0; table < kTables; ++table)
    EXPECT_EQ(Rows("t" + std::to_string(table)), "1|x\n2|x\n");
}

}  // namespace
