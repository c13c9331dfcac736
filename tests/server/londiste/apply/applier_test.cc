#include "londiste/apply/applier.h"

#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using londiste::apply::MissingCount;
using londiste::apply::MissingRow;
using testing::ElementsAre;
using testing::HasSubstr;

class ApplierTest : public ApplyTest {
 protected:
  void CreateT() { admin().Exec("create table t (id int primary key, txt text, val float8)"); }
};

TEST_F(ApplierTest, AllThreeFormatsInOneBatch) {
  CreateT();
  Event("I:id", "id=1&txt=a+b&val");
  Event("I", "(id,txt,val) values ('2','it''s',null)");
  Event(R"({"op":"INSERT","table":["public","t"],"pkey":["id"]})",
        R"({"id":3,"txt":"j\"s","val":"1.5"})");
  Event("U:id", "id=1&txt&val=2.5");
  Event("U", "txt=E'back\\\\slash' where id='2'");
  Event(R"({"op":"UPDATE","table":["public","t"],"pkey":["id"]})",
        R"({"id":3,"txt":"new","val":null})");
  Event("I:id", "id=4&txt=gone&val");
  Event("I:id", "id=5&txt=gone&val");
  Event("I:id", "id=6&txt=gone&val");
  Event("D:id", "id=4&txt=gone&val");
  Event("D", "id='5'");
  Event(R"({"op":"DELETE","table":["public","t"],"pkey":["id"]})",
        R"({"id":6,"txt":"gone","val":null})");
  const auto stats = Apply();
  EXPECT_EQ(Rows(), "1|\\N|2.5\n2|back\\slash|\\N\n3|new|\\N\n");
  EXPECT_EQ(stats.events, 12);
  EXPECT_EQ(stats.inserted, 6);
  EXPECT_EQ(stats.updated, 3);
  EXPECT_EQ(stats.deleted, 3);
  EXPECT_EQ(stats.missing, 0);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(ApplierTest, PreparedStatementsLiveOnInTheNextBatch) {
  CreateT();
  for (int batch = 0; batch < 3; ++batch) {
    Event("I:id", "id=" + std::to_string(batch) + "&txt&val");
    Apply();
  }
  EXPECT_EQ(pg::ExecAutocommit(*connection_, "select count(*) from pg_prepared_statements")[0][0]
                .as<int>(),
            1);
  EXPECT_EQ(Rows(), "0|\\N|\\N\n1|\\N|\\N\n2|\\N|\\N\n");
}

TEST_F(ApplierTest, ForgottenPlansAreTakenOffTheSession) {
  CreateT();
  Event("I:id", "id=1&txt&val");
  Apply();
  applier_->ForgetPlans();
  Event("I:id", "id=2&txt&val");
  Apply();
  EXPECT_EQ(pg::ExecAutocommit(*connection_, "select count(*) from pg_prepared_statements")[0][0]
                .as<int>(),
            1);
}

TEST_F(ApplierTest, OtherPeoplesTablesAreCountedAsIgnored) {
  CreateT();
  Event("I:id", "id=1&txt&val", "public.not_ours");
  Event("I:id", "id=1&txt&val");
  const auto stats = Apply();
  EXPECT_EQ(stats.events, 2);
  EXPECT_EQ(stats.ignored, 1);
  EXPECT_EQ(stats.inserted, 1);
}

TEST_F(ApplierTest, KeyOnlyUpdateDoesNothing) {
  admin().Exec("create table t (a int, b text, primary key (a, b)); insert into t values (1, 'x')");
  Event("U:a,b", "a=1&b=x");
  Event("U", "a='1' where a='1' and b='x'");
  const auto stats = Apply();
  EXPECT_EQ(stats.updated, 2);
  EXPECT_EQ(stats.missing, 0);
  EXPECT_EQ(Rows(), "1|x\n");
}

TEST_F(ApplierTest, FailingEventInTheMiddleIsNamedAndNothingStays) {
  CreateT();
  admin().Exec("insert into t values (700)");
  for (int id = 0; id < 2000; ++id) Event("I:id", "id=" + std::to_string(id) + "&txt=x&val");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 801 (I) to table \"public.t\", key (id=700): "
            "duplicate key value violates unique constraint \"t_pkey\"");
  EXPECT_EQ(sqlstate_, "23505");
  EXPECT_EQ(admin().Value("select count(*) from t"), "1");
}

TEST_F(ApplierTest, TheBatchCanBeTriedAgainAfterAFailure) {
  CreateT();
  admin().Exec("insert into t values (1)");
  for (int attempt = 0; attempt < 3; ++attempt) {
    Event("I:id", "id=1&txt&val");
    EXPECT_THAT(ApplyFails(), HasSubstr("event " + std::to_string(101 + attempt) + " (I)"));
  }
  admin().Exec("delete from t");
  Event("I:id", "id=1&txt&val");
  EXPECT_EQ(Apply().inserted, 1);
}

TEST_F(ApplierTest, BadDataNamesTheEvent) {
  CreateT();
  Event("I:id", "id=%zz");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 101 (I) to table \"public.t\": invalid urlencoded value: bad "
            "escape at byte 0");
  Event("U:id", "id=1&val=abc");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 102 (U) to table \"public.t\", key (id=1): invalid input syntax "
            "for type double precision: \"abc\"");
  EXPECT_EQ(sqlstate_, "22P02");
}

TEST_F(ApplierTest, MissingTableNamesTheEvent) {
  Event("I:id", "id=1", "public.nowhere");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 101 (I) to table \"public.nowhere\", key (id=1): relation "
            "\"public.nowhere\" does not exist");
  EXPECT_EQ(sqlstate_, "42P01");
}

TEST_F(ApplierTest, MissingRowsAreCountedAndTheFirstIsNamed) {
  CreateT();
  Event("U:id", "id=1&txt=x&val");
  Event("D:id", "id=2&txt=x&val");
  Event("D", "id='3'");
  Event("I:id", "id=4&txt=x&val");
  const auto stats = Apply();
  EXPECT_EQ(stats.missing, 3);
  EXPECT_EQ(stats.updated + stats.deleted, 0);
  EXPECT_EQ(stats.inserted, 1);
  EXPECT_THAT(warnings_,
              ElementsAre("event 101 (U): table \"public.t\" has no row with key (id=1)",
                          "event 102 (D): table \"public.t\" has no row with key (id=2)",
                          "event 103 (D): table \"public.t\" has no row with key (id=3)"));
  EXPECT_THAT(applier_->missing(),
              ElementsAre(testing::Pair("public.t", MissingCount{1, 2, "(id=3)"})));
  Event("U:id", "id=4&txt=y&val");
  Apply();
  EXPECT_THAT(applier_->missing(), testing::IsEmpty()) << "of one batch";
}

TEST_F(ApplierTest, ABatchThatIsRolledBackMissedNothing) {
  CreateT();
  Event("U:id", "id=1&txt=x&val");
  Event("I:id", "id=x&txt=x&val");
  ApplyFails();
  EXPECT_THAT(applier_->missing(), testing::IsEmpty());
}

TEST_F(ApplierTest, MissingRowMayBeAnError) {
  CreateT();
  options_.missing_row = MissingRow::kError;
  MakeApplier();
  Event("I:id", "id=1&txt=x&val");
  Event("D:id", "id=2&txt=x&val");
  EXPECT_EQ(
      ApplyFails(),
      "could not apply event 102 (D) to table \"public.t\", key (id=2): the row does not exist");
  EXPECT_EQ(Rows(), "");
}

TEST_F(ApplierTest, MissingRowMayBeIgnored) {
  CreateT();
  options_.missing_row = MissingRow::kIgnore;
  MakeApplier();
  Event("D:id", "id=2&txt=x&val");
  EXPECT_EQ(Apply().missing, 1);
  EXPECT_TRUE(warnings_.empty());
  EXPECT_TRUE(applier_->missing().empty());
}

TEST_F(ApplierTest, AnUnknownColumnStopsUntilItIsHere) {
  options_.queue = "q";
  MakeApplier();
  admin().Exec("create table t (id int primary key, a text); insert into t values (2)");
  const std::vector<std::pair<std::string, std::string>> events = {
      {"I:id", "id=1&a=x&Novo=y"},
      {"U:id", "id=2&a=x&Novo=y"},
      {"I", R"((id,a,"Novo") values ('3','x','y'))"},
      {"U", R"("Novo"='z' where id='3')"},
      {R"({"op":"INSERT","table":["public","t"],"pkey":["id"]})", R"({"id":4,"Novo":null})"}};
  for (const auto& [type, data] : events) {
    Event("I:id", "id=9&a=before");
    Event(type, data);
    EXPECT_THAT(ApplyFails(), HasSubstr("to table \"public.t\"")) << type;
    EXPECT_EQ(sqlstate_, "42703") << type;
    EXPECT_EQ(Rows(), "2|\\N\n") << type;
  }
  Event("U:id", "id=2&a=x&Novo=y");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 111 (U) to table \"public.t\", key (id=2): column \"Novo\" does "
            "not exist here");
  admin().Exec("alter table t add \"Novo\" text");
  for (const auto& [type, data] : events) Event(type, data);
  Apply();
  EXPECT_EQ(Rows(), "1|x|y\n2|x|y\n3|x|z\n4|\\N|\\N\n");
}

TEST_F(ApplierTest, AnUnknownColumnStopsManyEventsToo) {
  options_.set_rows = 2;
  MakeApplier();
  admin().Exec("create table t (id int primary key)");
  for (int id = 1; id < 20; ++id)
    Event("I:id", "id=" + std::to_string(id) + (id == 15 ? "&novo=1" : ""));
  EXPECT_THAT(ApplyFails(), HasSubstr("event 115 (I) to table \"public.t\", key (id=15): column"));
  EXPECT_EQ(Rows(), "");
}

TEST_F(ApplierTest, AColumnThatWasAddedHereFirstIsTakenAtOnce) {
  for (const std::size_t set_rows : {2, 1000}) {
    options_.set_rows = set_rows;
    Reconnect();
    admin().Exec("drop table if exists t; create table t (id int primary key)");
    for (const char* id : {"1", "2"}) Event("I:id", std::string("id=") + id);
    Apply();
    admin().Exec("alter table t add novo text");
    for (const char* id : {"3", "4"}) Event("I:id", std::string("id=") + id + "&novo=" + id);
    Apply();
    EXPECT_EQ(Rows(), "1|\\N\n2|\\N\n3|3\n4|4\n");
  }
}

TEST_F(ApplierTest, ColumnsLeftOutOnPurposeAreTakenUpWhenTheyAppear) {
  tables_.left_out = {"txt", "Extra"};
  admin().Exec("create table t (id int primary key)");
  Event("I:id", "id=1&txt=a&Extra=b");
  Event("I:id", "id=2&txt=a&Extra=b");
  Apply();
  admin().Exec("alter table t add txt text");
  Event("I:id", "id=3&txt=a&Extra=b");
  Apply();
  EXPECT_EQ(Rows(), "1|\\N\n2|\\N\n3|a\n");
  Event("I:id", "id=4&txt=a&other=b");
  EXPECT_THAT(ApplyFails(), HasSubstr("column \"other\" does not exist here"));
}

TEST_F(ApplierTest, KeyThatIsNotHereIsAnError) {
  admin().Exec("create table t (nr int primary key)");
  Event("D:id", "id=1&nr=1");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 101 (D) to table \"public.t\", key (id=1): key column \"id\" "
            "does not exist in the table");
}

TEST_F(ApplierTest, UpdateWithoutAKeyIsAnError) {
  CreateT();
  Event("U:", "id=1&txt=x");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 101 (U) to table \"public.t\": the event has no key");
}

TEST_F(ApplierTest, RetypedAndRecreatedTablesAreTakenAsTheyAre) {
  CreateT();
  Event("I:id", "id=1&txt=a&val");
  Event("U:id", "id=1&txt=b&val");
  Apply();
  admin().Exec(
      "drop table t; create table t (id bigint primary key, txt text, val float8) partition by "
      "range (id);"
      "create table t1 partition of t for values from (0) to (maxvalue); insert into t values (1, "
      "'a', null)");
  Event("U:id", "id=1&txt=c&val");
  Apply();  // the old plan says ONLY, which finds nothing: noticed ...
  Event("U:id", "id=1&txt=d&val");
  EXPECT_EQ(Apply().updated, 1);  // ... and mended
  EXPECT_EQ(Rows(), "1|d|\\N\n");
}

TEST_F(ApplierTest, RenamedTableAndNamesThatNeedQuotes) {
  admin().Exec(
      "create schema \"Vendas\"; create table \"Vendas\".\"Order Table\" (\"Id\" int, \"select\" "
      "text, \"a\"\"b\" text, \"ção\" text, "
      "primary key (\"Id\", \"select\"))");
  tables_.dests["public.t"] = "Vendas.Order Table";
  Event("I:Id,select", "Id=1&select=x&a%22b=y&%c3%a7%c3%a3o=z");
  Event("U:Id,select", "Id=1&select=x&a%22b=new&%c3%a7%c3%a3o=z");
  Event("I:Id,select", "Id=2&select=x&a%22b=y&%c3%a7%c3%a3o=z");
  Event("D", "\"Id\"='2' and \"select\"='x'");
  Apply();
  EXPECT_EQ(Rows("\"Vendas\".\"Order Table\""), "1|x|new|z\n");
}

TEST_F(ApplierTest, GeneratedAndIdentityColumns) {
  admin().Exec(
      "create table t (id int generated always as identity primary key, n int generated by default "
      "as identity, a int, "
      "g int generated always as (a * 2) stored)");
  Event("I:id", "id=10&n=20&a=3&g=6");
  Event("U:id", "id=10&n=21&a=4&g=8");
  Event("I", "(id,n,a,g) values ('11','1','1','2')");
  Event("D", "id='11'");
  Apply();
  EXPECT_EQ(Rows(), "10|21|4|8\n");
}

TEST_F(ApplierTest, PartitionedAndInheritedTables) {
  admin().Exec(
      "create table t (id int primary key, a int) partition by range (id);"
      "create table t1 partition of t for values from (0) to (10);"
      "create table t2 partition of t for values from (10) to (20);"
      "create table parent (id int primary key, a int); create table child () inherits (parent); "
      "insert into child values (1, 1)");
  Event("I:id", "id=1&a=1");
  Event("I:id", "id=11&a=1");
  Event("U:id", "id=11&a=2");
  Event("D:id", "id=1&a=1");
  Event("U:id", "id=1&a=5", "public.parent");
  EXPECT_EQ(Apply().missing, 1);
  EXPECT_EQ(Rows(), "11|2\n");
  EXPECT_EQ(Rows("child"), "1|1\n");
}

TEST_F(ApplierTest, NullKeys) {
  admin().Exec(
      "create table t (a int, b int, c text); insert into t values (1, null, 'x'), (1, 2, 'x')");
  Event("U:a,b", "a=1&b&c=null");
  Event("U:a,b", "a=1&b=2&c=two");
  EXPECT_EQ(Apply().missing, 0);
  EXPECT_EQ(admin().Text("select * from t order by c"), "1|\\N|null\n1|2|two\n");
}

TEST_F(ApplierTest, FlushLeavesTheTransactionUsableForOthers) {
  CreateT();
  Event("I:id", "id=1&txt&val");
  Event("I:id", "id=2&txt&val");
  pqxx::work tx(*connection_);
  applier_->BeginBatch(tx);
  applier_->Apply(events_[0]);
  applier_->Flush();
  EXPECT_EQ(tx.exec("select count(*) from t")[0][0].as<int>(), 1);
  applier_->Apply(events_[1]);
  applier_->FinishBatch();
  EXPECT_EQ(tx.exec("select count(*) from t")[0][0].as<int>(), 2);
}

TEST_F(ApplierTest, TablesWhoseRowsAreLookedForWithoutAnIndexAreNews) {
  using News = std::vector<std::pair<std::string, bool>>;
  admin().Exec("create table t (id int, txt text); insert into t values (1), (2)");
  Event("I:id", "id=3&txt=x");
  Apply();
  EXPECT_EQ(applier_->TakeIndexNews(), News()) << "nothing was looked for";
  for (int batch = 0; batch < 2; ++batch) {
    Event("U:id", "id=1&txt=x");
    Event("D:id", "id=3&txt=x");
    Event("I:id", "id=3&txt=x");
    Apply();
    EXPECT_EQ(applier_->TakeIndexNews(), batch == 0 ? News({{"public.t", true}}) : News());
  }
  admin().Exec("create index on t (txt, id)");
  Event("U:id", "id=1&txt=y");
  Apply();
  EXPECT_EQ(applier_->TakeIndexNews(), News()) << "no help";
  admin().Exec("create index on t (id, txt)");
  Event("U:id", "id=1&txt=z");
  Apply();
  EXPECT_EQ(applier_->TakeIndexNews(), News({{"public.t", false}}));
}

class ConstraintsThatWait : public ApplierTest {
 protected:
  void SetUp() override {
    ApplierTest::SetUp();
    admin().Exec(
        "create table parent (id int primary key);"
        "create table child (id int primary key, p int references parent deferrable);"
        "do $$ declare g record; begin for g in select tgname, tgrelid::regclass as tbl from "
        "pg_trigger "
        "where tgrelid in ('child'::regclass, 'parent'::regclass) loop execute format('alter table "
        "%s "
        "enable always trigger %I', g.tbl, g.tgname); end loop; end $$");
  }
};

TEST_F(ConstraintsThatWait, AChildMayComeBeforeItsParent) {
  for (int batch = 0; batch < 2; ++batch) {
    const std::string id = std::to_string(batch);
    Event("I:id", "id=" + id + "&p=" + id, "public.child");
    Event("I:id", "id=" + id, "public.parent");
    Apply();
  }
  EXPECT_EQ(Rows("child"), "0|0\n1|1\n");
  Event("I:id", "id=7&p=7", "public.child");
  EXPECT_THROW(Apply(), pqxx::foreign_key_violation) << "at the end it is checked all the same";
}

TEST_F(ConstraintsThatWait, AreCheckedBeforeATruncateAndBeforeWhateverChangesTables) {
  Event("I:id", "id=1", "public.parent");
  Event("I:id", "id=1&p=1", "public.child");
  Event("R", "", "public.child");
  Event("R", "", "public.parent");
  Event("I:id", "id=2&p=2", "public.child");
  Event("I:id", "id=2", "public.parent");
  Apply();
  EXPECT_EQ(Rows("child"), "2|2\n");
  Event("I:id", "id=3", "public.parent");
  Event("I:id", "id=3&p=3", "public.child");
  pqxx::work tx(*connection_);
  applier_->BeginBatch(tx);
  for (const pgq::Event& event : events_) applier_->Apply(event);
  applier_->CheckConstraints();
  tx.exec("alter table child add more int");
  applier_->FinishBatch();
}

TEST_F(ApplierTest, RowSecurityNamesTheTableAndTheWayOut) {
  admin().Exec(
      "create table t (id int primary key, v text); insert into t values (1, 'a'); alter table t "
      "enable row level security; alter table t force row level security; create policy few on t "
      "using (id > 1); create role narrow login; grant all on t to narrow");
  pg::ExecAutocommit(*connection_, "set row_security = off; set session authorization narrow");
  for (const std::size_t set_rows : {1, 1000}) {
    options_.set_rows = set_rows;
    MakeApplier();
    Event("U:id", "id=1&v=b");
    try {
      Apply();
      ADD_FAILURE() << "applied";
    } catch (const londiste::apply::ApplyError& error) {
      EXPECT_THAT(error.what(), HasSubstr("(U) to table \"public.t\", key (id=1): query would be "
                                          "affected by row-level security policy"));
      EXPECT_THAT(error.hint(), HasSubstr("bypassrls here"));
    }
  }
  admin().Exec("drop owned by narrow; drop role narrow");
}

TEST_F(ApplierTest, LostConnectionIsNoApplyError) {
  CreateT();
  for (int id = 0; id < 10; ++id) Event("I:id", "id=" + std::to_string(id) + "&txt&val");
  pqxx::work tx(*connection_);
  applier_->BeginBatch(tx);
  applier_->Apply(events_[0]);
  applier_->Flush();
  Kill(*connection_);
  EXPECT_THROW(
      {
        for (int i = 1; i < 10; ++i) applier_->Apply(events_[static_cast<std::size_t>(i)]);
        applier_->Flush();
      },
      pqxx::broken_connection);
  applier_->Abort();
}

TEST_F(ApplierTest, ManyDifferentColumnSetsDoNotFillTheSession) {
  std::string columns;
  for (int column = 0; column < 13; ++column) columns += ", c" + std::to_string(column) + " int";
  admin().Exec("create table t (id int primary key" + columns + "); insert into t values (1)");
  for (int batch = 0; batch < 10; ++batch) {
    for (int set = 1; set < 600; ++set) {
      std::string data;
      const int bits = batch * 600 + set;
      for (int column = 0; column < 13; ++column) {
        if ((bits >> column & 1) != 0)
          data += (data.empty() ? "c" : ",c") + std::to_string(column) + "='" +
                  std::to_string(set) + "'";
      }
      Event("U", data + " where id='1'");
    }
    EXPECT_EQ(Apply().missing, 0);
  }
  EXPECT_LT(pg::ExecAutocommit(*connection_, "select count(*) from pg_prepared_statements")[0][0]
                .as<int>(),
            5100);
}

TEST_F(ApplierTest, TablesOfOnePieceAreLookedAtTogether) {
  constexpr int kTables = 70;
  for (int table = 0; table < kTables; ++table) {
    const std::string name = "\"T " + std::to_string(table) + "\"";
    admin().Exec("create table " + name + " (id int primary key, v text collate \"C\" unique)");
  }
  for (int id = 1; id <= 3; ++id) {
    for (int table = 0; table < kTables; ++table) {
      const std::string name = "public.T " + std::to_string(table);
      Event("I:id", "id=" + std::to_string(id) + "&v=a", name);
      Event("U:id", "id=" + std::to_string(id) + "&v=" + std::to_string(id * (table + 1)), name);
      if (id == 2) Event("D:id", "id=2", name);
    }
  }
  const auto stats = Apply();
  EXPECT_EQ(stats.inserted, 3 * kTables);
  EXPECT_EQ(stats.deleted, kTables);
  EXPECT_EQ(stats.missing, 0);
  for (int table = 0; table < kTables; ++table)
    EXPECT_EQ(Rows("\"T " + std::to_string(table) + "\""),
              "1|" + std::to_string(table + 1) + "\n3|" + std::to_string(3 * (table + 1)) + "\n");
}

TEST_F(ApplierTest, OfTablesThatAreNotThereTheFirstEventIsNamed) {
  CreateT();
  Event("I:id", "id=1&txt&val");
  Event("I:id", "id=7", "public.nowhere");
  Event("I:id", "id=8", "public.elsewhere");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 102 (I) to table \"public.nowhere\", key (id=7): relation "
            "\"public.nowhere\" does not exist");
  EXPECT_EQ(Rows(), "");
  admin().Exec("create table nowhere (id int primary key)");
  Event("I:id", "id=1&txt&val");
  Event("I:id", "id=7", "public.nowhere");
  EXPECT_EQ(Apply().inserted, 2);
}

// What such a trigger sees of other tables must not depend on how rows are written.
TEST_F(ApplierTest, WithATriggerThatFiresAllTablesKeepTheirCommonOrder) {
  admin().Exec(
      "create table z (id int primary key); create table a (id int primary key, seen int); "
      "create function look() returns trigger language plpgsql as "
      "$$ begin new.seen := (select count(*) from z); return new; end $$; "
      "create trigger look before insert on a for each row execute function look(); "
      "alter table a enable always trigger look");
  for (int id = 1; id <= 4; ++id) {
    Event("I:id", "id=" + std::to_string(id), "public.z");
    Event("I:id", "id=" + std::to_string(id) + "&seen", "public.a");
  }
  Apply();
  EXPECT_EQ(Rows("a"), "1|1\n2|2\n3|3\n4|4\n");
}

// A foreign key that is checked here, too, sees the rows in the order of the events.
TEST_F(ApplierTest, AForeignKeyThatIsCheckedHereTooIsNotBrokenByTheOrder) {
  admin().Exec(
      "create table z (id int primary key); create table a (id int primary key references z)");
  for (const char* table : {"a", "z"})
    admin().Exec(std::string("do $$ declare name text; begin for name in select tgname from "
                             "pg_trigger where tgrelid = '") +
                 table + "'::regclass loop execute format('alter table " + table +
                 " enable always trigger %I', name); end loop; end $$");
  for (int id = 1; id <= 100; ++id) {
    Event("I:id", "id=" + std::to_string(id), "public.z");
    Event("I:id", "id=" + std::to_string(id), "public.a");
  }
  for (int id = 1; id <= 100; id += 2) {
    Event("D:id", "id=" + std::to_string(id), "public.a");
    Event("D:id", "id=" + std::to_string(id), "public.z");
  }
  const auto stats = Apply();
  EXPECT_EQ(stats.inserted, 200);
  EXPECT_EQ(admin().Value("select count(*) from a"), "50");
}

}  // namespace
