// Foreign keys in cycles and to the own table survive a copy.
#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;

constexpr const char* kFkeys =
    "select conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) from "
    "pg_constraint where contype = 'f' and "
    "connamespace = 'public'::regnamespace order by 1, 2";

class FkeyStory : public CopyStory {
 protected:
  void SetUp() override {
    Both(
        "create table person (id int primary key, boss int references person, home int); "
        "create table house (id int primary key, owner int references person on delete cascade); "
        "alter table person add constraint lives foreign key (home) references house deferrable "
        "initially deferred");
    root_->sql().Exec(
        "begin; insert into person select i, nullif(i / 2, 0), i from generate_series(1, 500) i; "
        "insert into house select i, i from generate_series(1, 500) i; commit");
    before_ = leaf_->sql().Text(kFkeys);
  }
  testing::AssertionResult Restored() {
    return Eventually(60s, "foreign keys are back",
                      [&] { return leaf_->sql().Text(kFkeys) == before_; });
  }
  std::string before_;
};

TEST_F(FkeyStory, CyclesAndSelfReferences) {
  leaf_->StartWorker();
  AddTables({"person", "house"});
  ASSERT_TRUE(InSync("person"));
  ASSERT_TRUE(InSync("house"));
  EXPECT_TRUE(Equal("person"));
  EXPECT_TRUE(Equal("house"));
  EXPECT_TRUE(Restored());
  EXPECT_TRUE(NothingLeft());
}

// The leaf has no tables: they are made, and get their keys once both are filled.
TEST_F(FkeyStory, FollowTablesThatAddTableMakes) {
  leaf_->sql().Exec("drop table person, house");
  leaf_->StartWorker();
  root_->MustLondiste({"add-table", "person", "house"});
  leaf_->MustLondiste({"add-table", "person", "house", "--create-full", "--wait-sync"});
  EXPECT_TRUE(Restored());
  EXPECT_TRUE(Equal("person"));
  EXPECT_TRUE(Equal("house"));
  EXPECT_TRUE(NothingLeft());
}

TEST_F(FkeyStory, StayAwayUntilTheOtherTableIsThere) {
  leaf_->StartWorker();
  AddTables({"person"});
  ASSERT_TRUE(InSync("person"));
  EXPECT_TRUE(Eventually(30s, "the self-reference is back", [&] {
    return leaf_->sql().Value(
               "select count(*) from pg_constraint where contype = 'f' and connamespace = "
               "'public'::regnamespace and convalidated and confrelid = conrelid") == "1";
  }));
  // Its rows refer to some of a table that is empty here.
  EXPECT_TRUE(Eventually(30s, "status tells of the key that does not hold", [&] {
    return leaf_->sql()
               .Text(
                   "select severity, message from pgq.condition where "
                   "kind = 'pending_fkey' and subject = 'public.person lives'")
               .find(
                   "warning|foreign key \"lives\" of table \"public.person\" to \"public.house\" "
                   "is missing: it cannot be restored: ") == 0;
  }));
  AddTables({"house"});
  EXPECT_TRUE(Restored());
  EXPECT_TRUE(Eventually(30s, "no key waits", [&] {
    return leaf_->sql().Value("select count(*) from pgq.condition where kind = 'pending_fkey'") ==
           "0";
  }));
}

// Of tables that only the leaf has, to and from one that is replicated.
TEST_F(FkeyStory, ComeBackWhereTheOtherTableIsNotReplicated) {
  leaf_->sql().Exec(
      "create table town (id int primary key); insert into town values (1); "
      "create table note (id int primary key, person int references person); "
      "create table item (id int primary key, owner int)");
  root_->sql().Exec(
      "create table item (id int primary key, owner int); insert into item values (1, 1)");
  leaf_->sql().Exec("alter table item add foreign key (owner) references town");
  leaf_->StartWorker();
  AddTables({"person", "house", "item"});
  for (const char* table : {"person", "house", "item"}) ASSERT_TRUE(InSync(table));
  EXPECT_TRUE(Eventually(60s, "all foreign keys are back and valid", [&] {
    return leaf_->sql().Value(
               "select count(*) from pg_constraint where contype = 'f' and convalidated and "
               "connamespace = 'public'::regnamespace") == "5";
  }));
  EXPECT_TRUE(Eventually(30s, "no key waits", [&] {
    return leaf_->sql().Value("select count(*) from londiste.pending_fkeys") == "0";
  }));
}

TEST_F(FkeyStory, AViolatedKeyIsToldAndRestoredOnceItHolds) {
  leaf_->StartWorker();
  root_->sql().Exec(
      "alter table house drop constraint house_owner_fkey; insert into house values (1000, 4040)");
  AddTables({"person", "house"});
  EXPECT_TRUE(LeafLogs("could not restore foreign keys: "));
  EXPECT_TRUE(LeafLogs("violates foreign key constraint \"house_owner_fkey\""));
  EXPECT_TRUE(Equal("house"));
  root_->sql().Exec("delete from house where id = 1000");
  EXPECT_TRUE(Equal("house"));
  EXPECT_TRUE(Restored());
}

}  // namespace
