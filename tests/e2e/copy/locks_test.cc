// A copy that waits for its table's lock is nobody's obstacle.
#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Sql;

class CopyLocks : public CopyStory {};

TEST_F(CopyLocks, GivesWayToReadersAndTellsWhomItWaitsFor) {
  CreateTable("t", 100);
  Both("create table child (id int primary key, t int references t)");
  leaf_->StartWorker();
  for (const char* held : {"t", "child"}) {
    Sql holder(leaf_->connstr());
    const std::string pid = holder.Value("select pg_backend_pid()");
    holder.Exec(std::string("begin; select count(*) from ") + held);
    if (held == std::string("t"))
      AddTables({"t"});
    else
      leaf_->MustLondiste({"resync", "t"});
    const auto told = [&] { return LockWait("t"); };
    EXPECT_TRUE(Eventually(60s, "it is told who holds the lock",
                           [&] { return told().find("pid " + pid + " ") != std::string::npos; }))
        << told() << leaf_->Log();
    Sql reader(leaf_->connstr());
    for (int i = 0; i < 5; ++i)
      reader.Exec(std::string("set statement_timeout = '20s'; select count(*) from ") + held);
    EXPECT_NE(told(), "") << "it still waits, and all could read";
    holder.Exec("commit");
    EXPECT_TRUE(InSync("t"));
    EXPECT_TRUE(Eventually(30s, "no longer", [&] { return told().empty(); }));
    // The next copy has to take it away again, for which it needs the lock of the other table.
    EXPECT_TRUE(Eventually(30s, "the foreign key is back", [&] {
      return leaf_->sql().Value(
                 "select count(*) from pg_constraint where conname = 'child_t_fkey'") == "1";
    }));
  }
}

}  // namespace
