// TRUNCATE empties here what it emptied at the source, and nothing else.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TruncateTest : public ApplyTest {
 protected:
  void CreateT() { admin().Exec("create table t (id int primary key, txt text, val float8)"); }
  void EventOf(std::int64_t txid, const std::string& type, const std::string& data,
               const std::string& table = "public.t") {
    Event(type, data, table);
    events_.back().txid = pgq::Txid(txid);
  }
};

TEST_F(TruncateTest, InOrder) {
  CreateT();
  admin().Exec("insert into t values (1)");
  Event("I:id", "id=2&txt&val");
  Event("R", "");
  Event("I:id", "id=3&txt&val");
  EXPECT_EQ(Apply().truncated, 1);
  EXPECT_EQ(Rows(), "3|\\N|\\N\n");
  Event("I:id", "id=4&txt&val");
  Event(R"({"op":"TRUNCATE","table":["public","t"],"pkey":["id"]})", "{}");
  EXPECT_EQ(Apply().truncated, 1);
  EXPECT_EQ(Rows(), "");
}

TEST_F(TruncateTest, LeavesTheChildrenAlone) {
  CreateT();
  admin().Exec(
      "create table child () inherits (t); insert into t values (1); insert into child values (2)");
  Event("R", "");
  Apply();
  EXPECT_EQ(Rows(), "2|\\N|\\N\n");
  Event("R", "", "public.child");
  Apply();
  EXPECT_EQ(Rows(), "");
}

TEST_F(TruncateTest, OfAPartitionedTableTakesItsPartitions) {
  admin().Exec(
      "create table t (id int primary key) partition by range (id); create table t1 partition of t "
      "for values from (0) to (10); create table other (id int references t); insert into t values "
      "(1)");
  Event("R", "");
  EXPECT_THAT(ApplyFails(), HasSubstr("table \"public.other\" refers to it"));
  Event("R", "", "public.t1");
  EXPECT_THAT(ApplyFails(), HasSubstr("table \"public.other\" refers to it"));
  admin().Exec("drop table other");
  Event("R", "");
  Apply();
  EXPECT_EQ(Rows(), "");
}

TEST_F(TruncateTest, TablesThatReferToEachOtherGoTogether) {
  admin().Exec(
      "create table a (id int primary key, b int); create table b (id int primary key references "
      "a); alter table a add foreign key (b) references b; create table c (id int primary key "
      "references b);"
      "create table other (id int primary key);"
      "insert into a values (1); insert into b values (1); update a set b = 1; insert into c "
      "values (1)");
  EventOf(7, "R", "", "public.a");
  EventOf(7, "R", "", "public.b");
  EventOf(8, "I:id", "id=1", "public.other");  // another transaction was at work
  EventOf(7, "R", "", "public.c");
  EventOf(7, "I:id", "id=5", "public.a");
  EXPECT_EQ(Apply().truncated, 3);
  EXPECT_EQ(Rows("a"), "5|\\N\n");
  EXPECT_EQ(Rows("b") + Rows("c"), "");
  EXPECT_EQ(Rows("other"), "1\n");
}

TEST_F(TruncateTest, RowsStayInTheirPlaceAroundIt) {
  CreateT();
  admin().Exec("create table u (id int primary key)");
  EventOf(1, "R", "");
  EventOf(2, "I:id", "id=1", "public.u");
  EventOf(3, "R", "", "public.u");
  EventOf(4, "I:id", "id=2", "public.u");
  EventOf(5, "I:id", "id=3&txt&val");
  EventOf(6, "R", "");
  EventOf(7, "I:id", "id=4&txt&val");
  EXPECT_EQ(Apply().truncated, 3);
  EXPECT_EQ(Rows(), "4|\\N|\\N\n");
  EXPECT_EQ(Rows("u"), "2\n");
}

TEST_F(TruncateTest, StopsWhereALocalTableRefersToIt) {
  CreateT();
  admin().Exec(
      "create table local_notes (id int references t); insert into t values (1); insert into "
      "local_notes values (1)");
  Event("R", "");
  EXPECT_EQ(
      ApplyFails(),
      "could not apply event 101 (R) to table \"public.t\": table \"public.local_notes\" "
      "refers to it (foreign key \"local_notes_id_fkey\") and was not emptied on the provider");
  EXPECT_EQ(sqlstate_, "0A000");
  EXPECT_EQ(Rows("local_notes"), "1\n");
  admin().Exec("alter table local_notes drop constraint local_notes_id_fkey");
  Event("R", "");
  Apply();
  EXPECT_EQ(Rows(), "");
  EXPECT_EQ(Rows("local_notes"), "1\n");
}

TEST_F(TruncateTest, MayCascadeAndSaysWhatItEmpties) {
  CreateT();
  options_.truncate_cascade = true;
  MakeApplier();
  admin().Exec(
      "create table child (id int primary key references t); create table grandchild (id int "
      "references child); insert into t values (1); insert into child values (1); insert into "
      "grandchild values (1)");
  EventOf(1, "R", "");
  EventOf(2, "I:id", "id=9", "public.child");
  Apply();
  EXPECT_EQ(Rows() + Rows("grandchild"), "");
  EXPECT_EQ(Rows("child"), "9\n") << "came later";
  EXPECT_THAT(warnings_, ElementsAre("TRUNCATE of table \"public.t\" empties table "
                                     "\"public.child\" too (foreign key \"child_id_fkey\")",
                                     "TRUNCATE of table \"public.t\" empties table "
                                     "\"public.grandchild\" too (foreign key "
                                     "\"grandchild_id_fkey\")"));
}

TEST_F(TruncateTest, OfATableThatIsNotHereNamesItsEvent) {
  Event("R", "", "public.nowhere");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 101 (R) to table \"public.nowhere\": relation "
            "\"public.nowhere\" does not exist");
}

TEST_F(TruncateTest, MayBeIgnored) {
  CreateT();
  admin().Exec("insert into t values (1)");
  tables_.make_handler = [] {
    return londiste::handlers::MakeHandler({"londiste", {{"ignore_truncate", "1"}}});
  };
  Event("R", "");
  Event(R"({"op":"TRUNCATE","table":["public","t"],"pkey":["id"]})", "{}");
  EXPECT_EQ(Apply().ignored, 2);
  EXPECT_EQ(Rows(), "1|\\N|\\N\n");
}

TEST_F(TruncateTest, FailureNamesItsEvent) {
  admin().Exec("create view t as select 1 as id");
  Event("R", "");
  EXPECT_EQ(ApplyFails(),
            "could not apply event 101 (R) to table \"public.t\": \"t\" is not a table");
}

}  // namespace
