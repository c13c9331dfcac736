// compare --resume: what a killed one has compared is not compared again, and nothing else is left
// out.
#include <gmock/gmock.h>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using test_support::RunResult;
using testing::HasSubstr;
using testing::Not;

class CompareResume : public CompareStory {
 protected:
  void StartWithTables() {
    StartWithLeaf(50);
    for (const std::string name : {"a", "b"}) {
      const std::string create = "create table " + name + " (id int primary key, v text)";
      root_->sql().Exec(create);
      root_->sql().Exec("insert into " + name + " select i, 'v' from generate_series(1, 20) i");
      leaf_->sql().Exec(create);
      root_->MustLondiste({"add-table", name});
      leaf_->MustLondiste({"add-table", name});
    }
    leaf_->MustLondiste({"wait-sync"});
  }

  // Each table is one piece on each side, read twice if it differs: t is compared, and a is not.
  void CompareAndKill(const std::string& hit = "3") {
    const RunResult killed =
        Compare({}, {{"SKYTOOLS_FAILPOINT", "compare_after_piece=kill@" + hit}});
    ASSERT_EQ(killed.status, 128 + 9) << killed.out << killed.err;
    ASSERT_THAT(killed.err, HasSubstr("public.t: srcdb: "));
    ASSERT_THAT(killed.err, Not(HasSubstr("public.a: srcdb: ")));
  }
};

TEST_F(CompareResume, GoesOnWithTheOtherTables) {
  StartWithTables();
  EXPECT_EQ(Compare().status, 0);
  Spoil("update t set v = 'bad' where id = 9; delete from b where id = 3");
  CompareAndKill("5");
  const RunResult resumed = Compare({"--resume"});
  EXPECT_EQ(resumed.status, 2) << resumed.out << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr(" goes on: 1 of 3 tables are compared already"));
  EXPECT_THAT(resumed.err, Not(HasSubstr("public.t: srcdb: ")));
  EXPECT_THAT(resumed.out, HasSubstr("public.t: differs from node node1 at tick "));
  EXPECT_THAT(resumed.out, HasSubstr(": 1 changed (before the interruption; compare public.t lists "
                                     "the rows)\n"));
  EXPECT_THAT(resumed.out, HasSubstr("public.a: 20 rows, equal to node node1 at tick "));
  EXPECT_THAT(resumed.out, HasSubstr(": 1 missing\n  missing: id=3\n"));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from londiste.compare_run"), "0");

  // That one has ended: everything is compared again.
  Spoil("update t set v = 'row 9' where id = 9; update a set v = 'bad' where id = 5");
  const RunResult again = Compare({"--resume"});
  EXPECT_EQ(again.status, 2) << again.out << again.err;
  EXPECT_THAT(again.err, HasSubstr("the same command was not interrupted before"));
  EXPECT_THAT(again.out, HasSubstr("public.t: 50 rows, equal to node node1"));
  EXPECT_THAT(again.out, HasSubstr("  changed: id=5\n"));
}

TEST_F(CompareResume, AgainAndAgain) {
  StartWithTables();
  CompareAndKill();
  const RunResult killed = Compare({"--resume"}, {{"SKYTOOLS_FAILPOINT", "cut_both_taken=kill"}});
  EXPECT_EQ(killed.status, 128 + 9) << killed.err;
  const RunResult killed_later =
      Compare({"--resume"}, {{"SKYTOOLS_FAILPOINT", "compare_after_piece=kill@3"}});
  EXPECT_EQ(killed_later.status, 128 + 9) << killed_later.err;
  const RunResult resumed = Compare({"--resume", "--json"});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("2 of 3 tables are compared already"));
  EXPECT_THAT(resumed.out, HasSubstr("\"before_interruption\": true"));
  EXPECT_THAT(resumed.out, HasSubstr("\"before_interruption\": false"));
}

TEST_F(CompareResume, OnlyWhatIsCertain) {
  StartWithTables();
  CompareAndKill();
  // Another command compares other tables, and a result that is not this run's may be old.
  EXPECT_THAT(Compare({"t", "a", "--resume"}).err, HasSubstr("public.t: srcdb: "));
  EXPECT_THAT(Compare({"--resume"}).err, HasSubstr(" goes on: 0 of 3 tables"));
  // What was mended, or copied again, is compared again.
  Spoil("update t set v = 'bad' where id = 9");
  CompareAndKill("5");
  EXPECT_EQ(Repair({"t", "--apply"}).status, 0);
  EXPECT_THAT(Compare({"--resume"}).out, HasSubstr("public.t: 50 rows, equal to node node1"));
  CompareAndKill();
  leaf_->MustLondiste({"resync", "t"});
  leaf_->MustLondiste({"wait-sync"});
  EXPECT_THAT(Compare({"--resume"}).err, HasSubstr("public.t: srcdb: "));
  // A new comparison of all tables leaves out none.
  CompareAndKill();
  EXPECT_THAT(Compare().err, HasSubstr("public.t: srcdb: "));

  EXPECT_EQ(Compare({"--resume", "--count-only"}).status, 2);
  leaf_->sql().Exec("drop function londiste.local_begin_comparison(text, text, boolean)");
  EXPECT_THAT(Compare({"--resume"}).err, HasSubstr("keeps no results to resume from"));
  EXPECT_EQ(Compare().status, 0);
}

}  // namespace
}  // namespace e2e
