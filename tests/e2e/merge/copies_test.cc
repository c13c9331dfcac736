// Several queues fill one table: their copies wait for each other where they must, and whichever
// worker is killed, all rows of all parts are there in the end, and the indexes.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "e2e/merge_fixture.h"
#include "e2e/repeated_writer.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

class MergeCopies : public MergeStory {
 protected:
  // Changes rows of a part again and again.
  struct Writer : RepeatedWriter {
    explicit Writer(Node& root)
        : RepeatedWriter(
              root.connstr(),
              {"insert into t select max(id) + 2, '" + root.name() + "', 'new' from t",
               "update t set v = v || '.' where id in (select id from t order by random() limit 3)",
               "delete from t where id = (select id from t where v like 'row%' order by random() "
               "limit 1)"}) {}
  };

  testing::AssertionResult InSync(CombinedDatabase& database) {
    return Eventually(90s, "all parts are in sync",
                      [&] { return States(database) == "all ok, q1 ok, q2 ok"; });
  }
  static std::string Indexes(CombinedDatabase& database) {
    return database.sql().Value(
        "select string_agg(indexdef, '; ' order by indexname) from pg_indexes where tablename = "
        "'t'");
  }
  testing::AssertionResult NothingLeft(CombinedDatabase& database) {
    return Eventually(60s, "no copy has left anything", [&] {
      return database.sql().Value(
                 "select count(*) from pgq_node.local_state where consumer_name "
                 "like '%.copy.%'") == "0" &&
             root1_->sql().Value(
                 "select count(*) from pgq.get_consumer_info() where consumer_name "
                 "like '%.copy.%'") == "0" &&
             root2_->sql().Value(
                 "select count(*) from pgq.get_consumer_info() where consumer_name "
                 "like '%.copy.%'") == "0";
    });
  }
};

struct Kill {
  int part;
  const char* failpoint;
};

class KilledPart : public MergeCopies, public testing::WithParamInterface<Kill> {};

TEST_P(KilledPart, EndsWithTheRowsOfAllParts) {
  StartParts(2'000);
  CombinedDatabase a = Combine("a");
  const std::string indexes = Indexes(a);
  a.combined->StartWorker();
  a.part1->MustLondiste({"add-table", "t", "--merge-all"});
  Node& killed = GetParam().part == 1 ? *a.part1 : *a.part2;
  Node& other = GetParam().part == 1 ? *a.part2 : *a.part1;
  {
    const Writer writer1(*root1_), writer2(*root2_);
    other.StartWorker();
    killed.StartWorker({{"SKYTOOLS_FAILPOINT", std::string(GetParam().failpoint) + "=kill"}});
    ASSERT_EQ(killed.worker().Wait(60s), 128 + SIGKILL) << "the failpoint was not reached";
    killed.StartWorker();
    EXPECT_TRUE(InSync(a)) << a.part1->Log() << a.part2->Log();
  }
  EXPECT_TRUE(IsMerged(a));
  EXPECT_EQ(Indexes(a), indexes);
  EXPECT_TRUE(NothingLeft(a));
}

const Kill kKills[] = {
    {1, "copy_after_state_in_copy"},
    {1, "copy_after_drop_indexes"},
    {1, "copy_after_structure_stored"},
    {1, "copy_mid_data"},
    {1, "copy_before_commit"},
    {1, "copy_after_commit"},
    {1, "copy_after_index"},
    {1, "copy_before_structure_commit"},
    {1, "copy_after_structure"},
    {1, "copy_catching_up_batch"},
    {1, "copy_do_sync"},
    {2, "copy_after_state_in_copy"},
    {2, "copy_mid_data"},
    {2, "copy_before_commit"},
    {2, "copy_after_commit"},
    {2, "copy_catching_up_batch"},
    {2, "copy_before_ok"},
};
INSTANTIATE_TEST_SUITE_P(Failpoints, KilledPart, testing::ValuesIn(kKills), [](const auto& kill) {
  return "part" + std::to_string(kill.param.part) + "_" + kill.param.failpoint;
});

TEST_F(MergeCopies, OnlyTheFirstEmptiesTheTable) {
  StartParts(200);
  CombinedDatabase a = Combine("a");
  const std::string indexes = Indexes(a);
  a.sql().Exec("insert into t values (1, 'old', 'old'), (100000, 'old', 'old')");
  a.combined->StartWorker();
  a.part1->MustLondiste({"add-table", "t", "--merge-all"});
  a.part2->StartWorker();
  EXPECT_TRUE(Eventually(60s, "the second waits", [&] {
    return a.part2->Log().find("waits for queue q1, which copies first") != std::string::npos;
  }));
  EXPECT_EQ(a.sql().Value("select count(*) from t"), "2");
  a.part1->StartWorker();
  EXPECT_TRUE(InSync(a));
  EXPECT_TRUE(IsMerged(a));
  EXPECT_EQ(Indexes(a), indexes);
  EXPECT_THAT(a.part1->Log(), HasSubstr("ahead of the other queues that fill it"));
  EXPECT_THAT(a.part2->Log(), HasSubstr("beside the rows of other queues"));
}

TEST_F(MergeCopies, ResyncOfOnePartCopiesAll) {
  StartParts(200);
  CombinedDatabase a = Combine("a");
  StartWorkers(a);
  AddTable(a);
  test_support::Sql repl(a.combined->connstr());
  repl.Exec("set session_replication_role = replica");
  repl.Exec("delete from t where id < 50; insert into t values (100000, 'wrong', 'wrong')");
  EXPECT_THAT(a.part2->MustLondiste({"resync", "t", "--wait-sync"}).err,
              HasSubstr("Table public.t of queue q1 is marked for a new copy, too"));
  EXPECT_TRUE(InSync(a));
  EXPECT_TRUE(IsMerged(a));
}

// As SkyTools' resync does it, which knows one queue only.
TEST_F(MergeCopies, OnePartAloneIsNotCopiedAgain) {
  StartParts(200);
  CombinedDatabase a = Combine("a");
  StartWorkers(a);
  AddTable(a);
  a.sql().Exec("select londiste.local_set_table_state('q2', 'public.t', null, null)");
  EXPECT_TRUE(Eventually(60s, "it is told", [&] {
    return a.part2->MustLondiste({"status"}).out.find("has filled it already") != std::string::npos;
  }));
  EXPECT_EQ(a.sql().Value("select count(*) from t where part = 'part1'"), "200");
  a.part1->MustLondiste({"resync", "t", "--wait-sync"});
  EXPECT_TRUE(InSync(a));
  EXPECT_TRUE(IsMerged(a));
}

// Each worker may copy one table at a time, and they come in different orders.
TEST_F(MergeCopies, TablesInDifferentOrderDoNotBlockEachOther) {
  StartParts(100);
  CombinedDatabase a = Combine("a");
  const Node* const roots[] = {root1_.get(), root2_.get()};
  for (const Node* root : roots) {
    test_support::Sql(root->connstr())
        .Exec(
            "create table u (id int primary key, part text); insert into u select id, part from "
            "t");
    root->MustLondiste({"add-table", "u"});
  }
  a.sql().Exec("create table u (id int primary key, part text)");
  StartWorkers(a);
  EXPECT_TRUE(Eventually(60s, "u is known", [&] {
    return a.sql().Value(
               "select count(*) from londiste.table_info where table_name = 'public.u'") == "3";
  }));
  a.sql().Exec(
      "update londiste.table_info set nr = 1000 where queue_name = 'q2' and table_name = "
      "'public.t'");
  a.part1->MustLondiste({"add-table", "t", "u", "--merge-all"});
  EXPECT_TRUE(Eventually(
      90s, "all are in sync",
      [&] {
        return a.sql().Value("select count(*) from londiste.table_info where merge_state = 'ok'") ==
               "6";
      }))
      << a.part1->Log() << a.part2->Log();
  EXPECT_TRUE(IsMerged(a));
  EXPECT_EQ(a.sql().Value("select count(*) from u"), "200");
}

TEST_F(MergeCopies, ALaterPartIsAddedToTheOthers) {
  StartParts(200);
  CombinedDatabase a = Combine("a");
  StartWorkers(a);
  AddTable(a);
  a.part2->MustLondiste({"remove-table", "t"});
  test_support::Sql repl(a.combined->connstr());
  repl.Exec("set session_replication_role = replica");
  repl.Exec("delete from t where part = 'part2'");
  const std::string indexes = Indexes(a);
  EXPECT_EQ(a.part2->Londiste({"add-table", "t", "--no-merge"}).status, 1);
  a.part2->MustLondiste({"add-table", "t", "--no-merge", "--skip-truncate", "--wait-sync"});
  EXPECT_TRUE(IsMerged(a));
  EXPECT_EQ(Indexes(a), indexes);
  Insert(last_ + 1, last_ + 4);
  EXPECT_TRUE(IsMerged(a));
}

TEST_F(MergeCopies, ATruncateMayBePassedOverHereAndBelow) {
  StartParts(20);
  CombinedDatabase a = Combine("a");
  StartWorkers(a);
  a.part1->MustLondiste(
      {"add-table", "t", "--merge-all", "--handler=londiste", "--handler-arg=ignore_truncate=1"});
  ASSERT_TRUE(InSync(a));
  merged_.CreateDatabase("below");
  Node below(dir_, merged_, "below", "below", "all");
  below.sql().Exec("create table t (id int primary key, part text, v text)");
  below.CreateLeaf(*a.combined);
  below.StartWorker();
  below.MustLondiste({"add-table", "t", "--wait-sync"});
  root1_->sql().Exec("truncate t");
  root1_->sql().Exec("insert into t values (101, 'part1', 'new')");
  for (test_support::Sql* sql : {&a.sql(), &below.sql()})
    EXPECT_TRUE(Eventually(60s, "the row has come", [&] {
      return sql->Value("select count(*) from t where v = 'new'") == "1";
    }));
  EXPECT_EQ(below.sql().Value("select count(*) from t"), "41");
}

// The part that had taken the indexes away is removed while the other still copies.
TEST_F(MergeCopies, ThePartThatIsLeftPutsTheIndexesBack) {
  StartParts(200);
  CombinedDatabase a = Combine("a");
  const std::string indexes = Indexes(a);
  a.combined->StartWorker();
  a.part1->MustLondiste({"add-table", "t", "--merge-all"});
  a.part1->StartWorker();
  EXPECT_TRUE(Eventually(60s, "it waits", [&] {
    return a.part1->Log().find("waiting for the copy of queue q2") != std::string::npos;
  }));
  a.part2->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_before_commit=sleep:3000"}});
  EXPECT_TRUE(Eventually(60s, "the other copies", [&] {
    return a.part2->Log().find("copy finished") != std::string::npos;
  }));
  a.part1->MustLondiste({"remove-table", "t"});
  EXPECT_TRUE(Eventually(60s, "the other is in sync", [&] { return States(a) == "all ok, q2 ok"; }))
      << a.part2->Log();
  EXPECT_EQ(Indexes(a), indexes);
  EXPECT_EQ(a.sql().Value("select count(*) from t where part = 'part2'"), "200");
}

TEST_F(MergeCopies, NodesBelowWaitUntilAllPartsAreThere) {
  StartParts(200);
  CombinedDatabase a = Combine("a");
  a.combined->StartWorker();
  a.part1->MustLondiste({"add-table", "t", "--merge-all"});
  merged_.CreateDatabase("below");
  Node below(dir_, merged_, "below", "below", "all");
  below.sql().Exec("create table t (id int primary key, part text, v text)");
  below.CreateLeaf(*a.combined);
  below.StartWorker();
  below.MustLondiste({"add-table", "t"});
  a.part1->StartWorker();
  EXPECT_TRUE(Eventually(60s, "it waits", [&] {
    return below.Log().find("Table public.t not OK on provider, waiting") != std::string::npos;
  }));
  a.part2->StartWorker();
  EXPECT_TRUE(InSync(a));
  below.MustLondiste({"wait-sync"});
  EXPECT_TRUE(test_support::EventuallyEqual(
      60s, [&] { return test_support::TableDigest(a.sql(), "t"); },
      [&] { return test_support::TableDigest(below.sql(), "t"); }));
}

}  // namespace
}  // namespace e2e
