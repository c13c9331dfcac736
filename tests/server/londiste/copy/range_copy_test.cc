// A table copied in ranges of pages by several sessions, and its structure put back.
#include <gmock/gmock.h>

#include <algorithm>
#include <mutex>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "londiste/copy/structure_restore.h"
#include "pg/error.h"
#include "server/londiste/copy/copy_fixture.h"

namespace {

using londiste::copy::CopyRequest;
using londiste::copy::CopyResult;
using londiste::copy::StructureRestore;
using londiste::structure::DroppedStructure;
using test_support::TableDigest;
using testing::HasSubstr;

// The stored list, as one copy sees it.
struct List : londiste::copy::MissingStructure {
  void Built(pqxx::transaction_base&, const std::string& build) const override {
    const std::lock_guard lock(mutex);
    std::erase(left.builds, build);
  }
  void Restored(pqxx::transaction_base&) const override { left = {}; }
  mutable std::mutex mutex;
  mutable DroppedStructure left;
};

class RangeCopyTest : public CopyTest {
 protected:
  // About 12 MB: a dozen ranges.
  void Fill(const std::string& more_columns = "") {
    Both("create table t (id int primary key, v text, n int" + more_columns +
         "); create index i on t (n); create unique index u on t (lower(v)) where n > 3; "
         "create table parent (id int); alter table t add constraint x exclude using btree (n with "
         "=) where (n = -1)");
    from().Exec(
        "insert into t select i, repeat(md5(i::text), 15), i % 1000 from generate_series(1, 20000) "
        "i; analyze t");
  }
  static CopyRequest InRanges(const std::string& table) {
    CopyRequest request = Request(table);
    request.ranges.patterns = {table};
    request.ranges.sessions = 3;
    return request;
  }
  // Sessions side by side do not keep the order of creation.
  std::vector<std::string> Indexes() {
    std::istringstream lines(Structure(to(), "t"));
    std::vector<std::string> sorted;
    for (std::string line; std::getline(lines, line);) sorted.push_back(line);
    std::ranges::sort(sorted);
    return sorted;
  }
  void Restore(const CopyRequest& request) {
    ASSERT_TRUE(states_.dropped);
    list_.left = *states_.dropped;
    StructureRestore(Sessions(), request.dest, request.ranges, observer_, list_)
        .Run(*states_.dropped);
    EXPECT_TRUE(list_.left.empty());
  }
  List list_;
};

TEST_F(RangeCopyTest, BringsAllRowsAndTheStructureBack) {
  Fill();
  to().Exec("insert into t values (-1, 'old', 0)");
  const std::vector<std::string> before = Indexes();
  const CopyRequest request = InRanges("public.t");
  const CopyResult result = Copy(request);
  EXPECT_TRUE(result.structure_missing);
  EXPECT_EQ(result.rows, 20'000);
  EXPECT_EQ(observer_.expected_sessions, 3);
  EXPECT_EQ(observer_.expected_rows, 20'000);
  EXPECT_GT(states_.checks, 8);
  EXPECT_EQ(to().Value("select count(*) from pg_index where indrelid = 't'::regclass"), "0");
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
  Restore(request);
  EXPECT_EQ(Indexes(), before);
}

TEST_F(RangeCopyTest, TakesTheSelectionOfRows) {
  Fill();
  CopyRequest request = InRanges("public.t");
  request.selection.condition = "id % 4 = 0 or id = 1";
  EXPECT_EQ(Copy(request).rows, 5'001);
  Restore(request);
  EXPECT_EQ(to().Value("select count(*) from t where id % 4 <> 0 and id <> 1"), "0");
}

// Rows of later transactions stay out, those of earlier ones come, whichever range they are in.
TEST_F(RangeCopyTest, AllRangesSeeOneSnapshot) {
  Fill();
  states_.check_wanted = [&, once = std::make_shared<std::atomic<bool>>(false)] {
    if (once->exchange(true)) return;
    test_support::Sql writer(Server().Connstr(source_->dbname()));
    writer.Exec(
        "update t set n = 7777 where id % 3 = 0; delete from t where id % 3 = 1; insert into t "
        "select i, 'late', 1 from generate_series(30001, 40000) i");
    writer.Exec("vacuum t");
  };
  const std::string before = TableDigest(from(), "t");
  const CopyResult result = Copy(InRanges("public.t"));
  EXPECT_EQ(result.rows, 20'000);
  EXPECT_EQ(TableDigest(to(), "t"), before);
  EXPECT_NE(TableDigest(from(), "t"), before);
}

// What rewrites the table waits until the copy has read it.
TEST_F(RangeCopyTest, ARewriteOfTheSourceWaits) {
  Fill();
  test_support::Sql admin(Server().Connstr(source_->dbname()));
  states_.check_wanted = [&, once = std::make_shared<std::atomic<bool>>(false)] {
    if (!once->exchange(true)) admin.Send("alter table t alter n type bigint");
  };
  EXPECT_EQ(Copy(InRanges("public.t")).rows, 20'000);
  admin.Finish();
}

TEST_F(RangeCopyTest, ALargeTableGoesInRangesOnlyIntoAnEmptyOne) {
  Fill();
  CopyRequest request = Request("public.t");
  request.ranges.sessions = 2;
  request.ranges.min_bytes = 1 << 20;
  to().Exec("insert into t values (1, 'precious', 0)");
  EXPECT_FALSE(Copy(request).structure_missing);
  to().Exec("truncate t");
  EXPECT_TRUE(Copy(request).structure_missing);
  // Left by an attempt that died: not empty any more.
  request.dropped_ddl = states_.dropped->Text();
  EXPECT_TRUE(Copy(request).structure_missing);
  EXPECT_EQ(states_.dropped->Text(), *request.dropped_ddl);
  request.ranges.min_bytes = 1 << 30;
  to().Exec("truncate t");
  EXPECT_FALSE(Copy(request).structure_missing)
      << "the structure comes back in the same transaction";
  EXPECT_EQ(to().Value("select count(*) from pg_index where indrelid = 't'::regclass"), "4");
}

TEST_F(RangeCopyTest, NeverInRangesWhereThatCannotBe) {
  Fill();
  CopyRequest request = InRanges("public.t");
  request.skip_truncate = true;
  EXPECT_FALSE(Copy(request).structure_missing);
  request = InRanges("public.t");
  request.ranges.sessions = 1;
  EXPECT_FALSE(Copy(request).structure_missing);
  from().Exec(
      "create table p (id int primary key, v text) partition by range (id); create table p1 "
      "partition of p for values from (0) to (100000); "
      "create table child () inherits (t); insert into child values (-5, 'child', 1); insert into "
      "p select i, repeat('x', 100) from generate_series(1, 50000) i; analyze p");
  to().Exec("create table p (id int primary key, v text)");
  const CopyResult result = Copy(InRanges("public.p"));
  EXPECT_FALSE(result.structure_missing);
  EXPECT_EQ(observer_.expected_rows, 50'000);
  EXPECT_GT(observer_.expected_bytes, 5'000'000);
  EXPECT_EQ(TableDigest(to(), "p"), TableDigest(from(), "p"));
  EXPECT_EQ(Copy(InRanges("public.t")).rows, 20'000)
      << "rows of tables that inherit are not its own";
}

TEST_F(RangeCopyTest, AFailureInOneRangeEndsTheCopyAndTheNextOneStartsOver) {
  Fill();
  const std::vector<std::string> before = Indexes();
  to().Exec("alter table t add constraint no_such check (id <> 19000)");
  try {
    Copy(InRanges("public.t"));
    ADD_FAILURE() << "the copy went on";
  } catch (...) {
    EXPECT_THAT(pg::DescribeCurrentFailure().message, HasSubstr("no_such"));
  }
  EXPECT_TRUE(test_support::Eventually(std::chrono::seconds(30), "the other sessions end", [&] {
    return to().Value(
               "select count(*) from pg_stat_activity where application_name = 'copy test' and "
               "state <> 'idle' and pid <> pg_backend_pid()") == "0";
  }));
  to().Exec("alter table t drop constraint no_such");
  CopyRequest request = InRanges("public.t");
  request.dropped_ddl = states_.dropped->Text();
  Copy(request);
  Restore(request);
  EXPECT_EQ(TableDigest(to(), "t"), TableDigest(from(), "t"));
  EXPECT_EQ(Indexes(), before);
}

TEST_F(RangeCopyTest, StopsWhenItIsNotWantedAnyMore) {
  Fill();
  states_.check_wanted = [&] {
    if (states_.checks > 3) throw base::Error("not wanted");
  };
  states_.rows_copied = [] { ADD_FAILURE() << "the copy went on"; };
  EXPECT_THROW(Copy(InRanges("public.t")), base::Error);
}

TEST_F(RangeCopyTest, ColumnsThatDifferAndGeneratedOnes) {
  from().Exec(
      "create table t (gone int, id int primary key, v text, g int generated always as (id * 2) "
      "stored)");
  to().Exec(
      "create table t (id int primary key, extra int default 7, g int generated always as (id * 3) "
      "stored, v text)");
  from().Exec("insert into t select 1, i, repeat('y', 200) from generate_series(1, 30000) i");
  const CopyRequest request = InRanges("public.t");
  EXPECT_TRUE(Copy(request).structure_missing);
  Restore(request);
  EXPECT_EQ(
      to().Value("select count(*) from t where g = id * 3 and extra = 7 and v = repeat('y', 200)"),
      "30000");
}

class StructureRestoreTest : public RangeCopyTest {
 protected:
  // Drops the structure as the first transaction of a copy in ranges does.
  void Drop() {
    Fill();
    to().Exec("insert into t select i, i::text, i from generate_series(1, 100) i");
    before_ = Indexes();
    const CopyRequest request = InRanges("public.t");
    Copy(request);
  }
  void Run(const DroppedStructure& missing) {
    list_.left = missing;
    StructureRestore(Sessions(), {"public", "t"}, InRanges("public.t").ranges, observer_, list_)
        .Run(missing);
  }
  std::vector<std::string> before_;
};

TEST_F(StructureRestoreTest, GoesOnWithWhatIsMissing) {
  Drop();
  DroppedStructure missing = *states_.dropped;
  ASSERT_EQ(missing.builds.size(), 3U);
  to().Exec("begin; " + missing.builds[1] + "; commit");
  missing.builds.erase(missing.builds.begin() + 1);
  Run(missing);
  EXPECT_EQ(
      to().Value("select count(*) from pg_index where indrelid = 't'::regclass and indisvalid"),
      "4");
}

TEST_F(StructureRestoreTest, TakesAnIndexThatAnAdministratorMade) {
  Drop();
  to().Exec("create index i on t (n)");
  Run(*states_.dropped);
  EXPECT_EQ(to().Value("select count(*) from pg_index where indrelid = 't'::regclass"), "4");
  EXPECT_THAT(observer_.warnings, testing::Contains(HasSubstr("an object with its name exists")));
}

TEST_F(StructureRestoreTest, WaitsForReadersWithoutBlockingTheQueueBehindItForLong) {
  Drop();
  test_support::Sql reader(Server().Connstr(target_->dbname()));
  reader.Exec("begin; select count(*) from t");
  bool waited = false;
  std::jthread end([&] {
    waited = static_cast<
        bool>(test_support::Eventually(std::chrono::seconds(30), "constraints wait", [&] {
      return to().Value(
                 "select count(*) from pg_locks where not granted and relation = 't'::regclass") !=
             "0";
    }));
    reader.Exec("commit");
  });
  Run(*states_.dropped);
  end.join();
  EXPECT_TRUE(waited);
  EXPECT_EQ(Indexes(), before_);
}

TEST_F(StructureRestoreTest, AnIndexThatCannotBeBuiltKeepsTheOthers) {
  Drop();
  to().Exec("insert into t values (1, 'again', 0)");
  try {
    Run(*states_.dropped);
    ADD_FAILURE() << "a key with two equal rows";
  } catch (...) {
    EXPECT_THAT(pg::DescribeCurrentFailure().message, HasSubstr("t_pkey"));
  }
  to().Exec("delete from t where v = 'again'");
  const DroppedStructure left = list_.left;
  EXPECT_FALSE(left.builds.empty());
  Run(left);
  EXPECT_EQ(
      to().Value("select count(*) from pg_index where indrelid = 't'::regclass and indisvalid"),
      "4");
}

}  // namespace
