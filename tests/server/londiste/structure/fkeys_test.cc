// Foreign keys leave for a copy and come back when both tables are in sync.
#include "londiste/structure/fkeys.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "server/londiste/copy/copy_fixture.h"

namespace {

using testing::HasSubstr;

class FkeysTest : public CopyTest {
 protected:
  void SetUp() override {
    to().Exec(
        "select pgq_node.register_location('q', 'n', 'dbname=x', false); select "
        "pgq_node.create_node('q', 'root', 'n', 'w', null, null, null)");
    to().Exec(
        "create table a (id int primary key, b int, self int references a); create table b (id int "
        "primary key, a int references a on delete cascade); "
        "alter table a add constraint \"a→b\" foreign key (b) references b deferrable initially "
        "deferred");
    to().Exec(
        "insert into londiste.table_info (queue_name, table_name, local, merge_state) values ('q', "
        "'public.a', true, 'ok'), ('q', 'public.b', true, 'ok')");
    before_ = Fkeys();
  }
  std::string Fkeys() {
    return to().Text(
        "select conname, convalidated, pg_get_constraintdef(oid) from pg_constraint where contype "
        "= 'f' and connamespace = 'public'::regnamespace order by 1");
  }
  // Returns how many.
  int Restore() {
    int restored = 0;
    failures_ = londiste::structure::RestoreFkeys(*target_, "q", [&](const std::string& line) {
      log_ += line + "\n";
      ++restored;
    });
    return restored;
  }
  std::string before_, log_;
  std::vector<londiste::structure::FkeyFailure> failures_;
};

TEST_F(FkeysTest, CyclesAndSelfReferencesGoAndComeBackTheSame) {
  londiste::structure::DropFkeys(*target_, {"public", "a"});
  EXPECT_EQ(Fkeys(), "");
  EXPECT_EQ(to().Value("select count(*) from londiste.pending_fkeys"), "3");
  EXPECT_EQ(Restore(), 3);
  EXPECT_EQ(Fkeys(), before_);
  EXPECT_EQ(to().Value("select count(*) from londiste.pending_fkeys"), "0");
  EXPECT_THAT(log_, HasSubstr("restored foreign key a→b of table public.a"));
  EXPECT_EQ(Restore(), 0);
}

TEST_F(FkeysTest, WaitsUntilBothTablesAreInSync) {
  londiste::structure::DropFkeys(*target_, {"public", "a"});
  to().Exec(
      "update londiste.table_info set merge_state = 'catching-up' where table_name = 'public.b'");
  EXPECT_EQ(Restore(), 1);  // the self-reference
  to().Exec("update londiste.table_info set merge_state = 'ok' where table_name = 'public.b'");
  EXPECT_EQ(Restore(), 2);
  EXPECT_EQ(Fkeys(), before_);
}

TEST_F(FkeysTest, AViolatedKeyFailsWithTheServersWordsAfterTheOthers) {
  londiste::structure::DropFkeys(*target_, {"public", "a"});
  to().Exec("insert into b values (1, 404)");
  EXPECT_EQ(Restore(), 2);
  ASSERT_EQ(failures_.size(), 1U);
  EXPECT_EQ(failures_[0].from_table, "public.b");
  EXPECT_THAT(londiste::structure::Describe(failures_),
              HasSubstr("insert or update on table \"b\" violates foreign key constraint"));
  EXPECT_EQ(to().Value("select count(*) from londiste.pending_fkeys"), "1");
  to().Exec("delete from b");
  EXPECT_EQ(Restore(), 1);
  EXPECT_EQ(Fkeys(), before_);
}

TEST_F(FkeysTest, ATableThatIsNotReplicatedIsNotWaitedFor) {
  londiste::structure::DropFkeys(*target_, {"public", "a"});
  to().Exec("delete from londiste.table_info where table_name = 'public.b'");
  EXPECT_EQ(Restore(), 3);
  EXPECT_EQ(Fkeys(), before_);
  EXPECT_THAT(failures_, testing::IsEmpty());
}

TEST_F(FkeysTest, DroppingWaitsForABusyTable) {
  test_support::Sql busy(Server().Connstr(to().Value("select current_database()")));
  busy.Exec("begin; insert into b values (1, null)");
  busy.Send("select pg_sleep(1.5); commit");
  londiste::structure::DropFkeys(*target_, {"public", "b"});
  busy.Finish();
  EXPECT_EQ(
      to().Value(
          "select count(*) from pg_constraint where contype = 'f' and conrelid = 'b'::regclass"),
      "0");
}

}  // namespace
