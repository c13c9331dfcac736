// How far a copy is, as an operator sees it; and that nothing is seen of it afterwards.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>

#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class CopyProgressStory : public CopyStory {
 protected:
  // The copy of `t` stops before its first row, and in the middle of its rows.
  void StartCopy() {
    CreateTable("t", 40'000);
    root_->sql().Exec("analyze t");
    leaf_->sql().Exec(
        "create function hold() returns trigger language plpgsql as $$ begin if new.id in (1, "
        "20000) then perform pg_advisory_xact_lock_shared(new.id); end if; return new; end $$; "
        "create trigger hold before insert on t for each row execute function hold(); alter table "
        "t enable always trigger hold; select pg_advisory_lock(1), pg_advisory_lock(20000)");
    leaf_->StartWorker();
    AddTables({"t"});
  }
  void LetGo(int row) {
    leaf_->sql().Exec("select pg_advisory_unlock(" + std::to_string(row) + ")");
  }
  // It stops in the middle, and has told how far it is.
  void HoldCopy() {
    StartCopy();
    ASSERT_TRUE(TablesShow("Copies under way"));
    LetGo(1);
    ASSERT_TRUE(Eventually(60s, "rows came", [&] {
      return leaf_->sql().Value("select rows > 0 from londiste.get_copy_progress('q')") == "t";
    }));
  }
  testing::AssertionResult TablesShow(const std::string& text) {
    return Eventually(60s, "tables shows " + text, [&] {
      return leaf_->MustLondiste({"tables"}).out.find(text) != std::string::npos;
    });
  }
  void ExpectNothingShown() {
    EXPECT_THAT(leaf_->MustLondiste({"tables"}).out, Not(HasSubstr("Copies under way")));
    EXPECT_THAT(root_->MustLondiste({"status"}).out, Not(HasSubstr("Copying")));
  }
  std::string Rows() { return leaf_->sql().Value("select count(*) from londiste.copy_progress"); }
  testing::AssertionResult NoRowIsLeft() {
    return Eventually(30s, "no row is left", [&] { return Rows() == "0"; });
  }
  std::string ProgressSessions() {
    return leaf_->sql().Value(
        "select count(*) from pg_stat_activity where datname = current_database() and "
        "application_name like '% progress'");
  }
};

TEST_F(CopyProgressStory, IsShownWhileTheCopyRuns) {
  ASSERT_NO_FATAL_FAILURE(HoldCopy());
  const std::string tables = leaf_->MustLondiste({"tables"}).out;
  EXPECT_THAT(tables, ContainsRegex("public\\.t +in-copy +\n"));
  EXPECT_THAT(tables, ContainsRegex("public\\.t +copying +[1-9][0-9]* +[0-9.]+ [a-zA-Z]+ +[0-9]+ % "
                                    "+[0-9.]+ rows/s +[0-9a-z]+\n"));
  EXPECT_EQ(leaf_->MustLondiste({"tables", "--names-only"}).out, "public.t\n");
  const std::string line =
      "Copying: public\\.t: [1-9][0-9]* of about 40000 rows \\([0-9]+ %\\), [0-9a-z]+ left\n";
  EXPECT_THAT(root_->MustLondiste({"status"}).out, ContainsRegex(line));
  EXPECT_THAT(leaf_->MustLondiste({"node-status"}).out, ContainsRegex(line));
  const std::string compact = root_->MustLondiste({"status", "--compact"}).out;
  EXPECT_THAT(compact, HasSubstr(", COPYING\n"));
  EXPECT_THAT(compact, Not(HasSubstr("Copying")));
  EXPECT_EQ(ProgressSessions(), "1");
  LetGo(20000);
  ASSERT_TRUE(InSync("t"));
  EXPECT_TRUE(NoRowIsLeft());
  EXPECT_TRUE(Eventually(30s, "no session is left", [&] { return ProgressSessions() == "0"; }));
  ExpectNothingShown();
  EXPECT_TRUE(Equal("t"));
}

TEST_F(CopyProgressStory, LogsThatAnIndexIsStillBeingBuilt) {
  CreateTable("t", 10);
  leaf_->sql().Exec(
      "create function hold(int) returns int language plpgsql immutable as $$ begin perform "
      "pg_catalog.pg_advisory_xact_lock_shared(77); return $1; end $$; create index t_slow on t "
      "(hold(id)); select pg_advisory_lock(77)");
  leaf_->StartWorker();
  AddTables({"t"});
  EXPECT_TRUE(LeafLogs("public.t: index t_slow\n"));
  EXPECT_TRUE(LeafLogs("public.t: index t_slow, for 1"));
  leaf_->sql().Exec("select pg_advisory_unlock(77)");
  EXPECT_TRUE(InSync("t"));
}

// The row stays, and nobody takes it for a copy under way.
TEST_F(CopyProgressStory, IsNotShownOfAKilledWorker) {
  ASSERT_NO_FATAL_FAILURE(HoldCopy());
  const std::string pid = leaf_->sql().Value("select pid from londiste.copy_progress");
  leaf_->worker().Signal(SIGKILL);
  ASSERT_EQ(leaf_->worker().Wait(60s), 128 + SIGKILL);
  ASSERT_TRUE(Eventually(30s, "its session ends", [&] {
    return leaf_->sql().Value("select count(*) from pg_stat_activity where pid = " + pid) == "0";
  }));
  EXPECT_EQ(Rows(), "1");
  EXPECT_EQ(State("t"), "in-copy");
  ExpectNothingShown();
  leaf_->StartWorker();
  ASSERT_TRUE(TablesShow("Copies under way"));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from londiste.copy_progress where pid <> " + pid),
            "1");
  LetGo(20000);
  ASSERT_TRUE(InSync("t"));
  EXPECT_TRUE(NoRowIsLeft());
  EXPECT_TRUE(Equal("t"));
}

TEST_F(CopyProgressStory, EndsWithACopyThatIsCancelled) {
  ASSERT_NO_FATAL_FAILURE(HoldCopy());
  leaf_->MustLondiste({"remove-table", "t"});
  EXPECT_TRUE(NoRowIsLeft());
  ExpectNothingShown();
  leaf_->MustLondiste({"add-table", "t"});
  ASSERT_TRUE(TablesShow("Copies under way"));
  EXPECT_EQ(leaf_->StopWorker(), 0);
  EXPECT_EQ(Rows(), "0");
  ExpectNothingShown();
}

// SkyTools' schema knows nothing of it.
TEST_F(CopyProgressStory, IsLeftOutWhereTheSchemaHasNoPlaceForIt) {
  leaf_->sql().Exec(
      "drop function londiste.get_copy_progress, londiste.local_set_copy_progress; drop table "
      "londiste.copy_progress");
  StartCopy();
  ASSERT_TRUE(Eventually(60s, "it has been copying for a while", [&] {
    return leaf_->sql().Value(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
               "clock_timestamp() > query_start + interval '5 seconds' and application_name like "
               "'% copy public.t'") == "1";
  }));
  EXPECT_EQ(ProgressSessions(), "0");
  ExpectNothingShown();
  EXPECT_THAT(root_->MustLondiste({"status"}).err, "");
  LetGo(1);
  LetGo(20000);
  ASSERT_TRUE(InSync("t"));
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("progress of table copies")));
}

}  // namespace
