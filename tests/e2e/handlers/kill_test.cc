// Workers that are killed amid a batch whose handlers write by themselves: all of it is there once,
// or nothing.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;

class HandlerKill : public WorkerStory, public testing::WithParamInterface<const char*> {};

TEST_P(HandlerKill, LeavesNothingHalfDone) {
  StartRoot();
  const std::string tables =
      "create table sale (id int primary key, v text); create table work (id int primary key); "
      "create table note (id int primary key)";
  root_->sql().Exec(tables);
  root_->MustLondiste({"add-table", "sale", "work", "note"});
  subscriber_.CreateNodeDatabase("node2");
  Node leaf(dir_, subscriber_, "node2", "node2");
  leaf.sql().Exec(tables +
                  "; create table called (data text); create function call(text, text, text, text, "
                  "text, text, text, text, text, text, text, text) returns void language sql as $$ "
                  "insert into public.called values ($8) $$");
  leaf.CreateLeaf(*root_);
  leaf.sql().Exec("select pgq.create_queue('work')");
  leaf.MustLondiste({"add-table", "sale", "--handler=yearly_event", "--expect-sync"});
  leaf.MustLondiste(
      {"add-table", "work", "--handler=qsplitter", "--handler-arg=queue=work", "--expect-sync"});
  leaf.MustLondiste(
      {"add-table", "note", "--handler=applyfn", "--handler-arg=func_name=call", "--expect-sync"});
  leaf.StartWorker({{"SKYTOOLS_FAILPOINT", std::string(GetParam()) + "=kill"}});
  root_->sql().Exec(
      "insert into sale select i, 'x' from generate_series(1, 1000) i; update sale set id = -id "
      "where "
      "id <= 100; insert into work select generate_series(1, 3); insert into note select "
      "generate_series(1, 3)");
  ASSERT_EQ(leaf.worker().Wait(60s), 128 + SIGKILL) << "the failpoint was not reached";
  const auto count = [&](const std::string& what) {
    return leaf.sql().Value("select count(*) from " + what);
  };
  const std::string parts = "pg_inherits where inhparent = 'sale'::regclass",
                    events = "pgq.event_template where ev_extra1 = 'public.work'";
  const bool committed = std::string(GetParam()) == "batch_after_commit";
  if (!committed) {
    EXPECT_EQ(count(parts), "0");
    EXPECT_EQ(count(events), "0");
    EXPECT_EQ(count("called"), "0");
  }
  leaf.StartWorker();
  EXPECT_TRUE(Eventually(60s, "all rows are there", [&] { return count("sale") == "1000"; }))
      << leaf.Log();
  EXPECT_TRUE(Eventually(60s, "all is done once", [&] {
    return count("called") == "3" && count(events) == "3";
  })) << leaf.Log();
  EXPECT_EQ(count("only sale"), "0");
  leaf.MustLondiste({"wait-root"});
  EXPECT_EQ(count("sale"), "1000");
  EXPECT_EQ(count("sale where id < 0"), "100");
  EXPECT_EQ(count(events), "3");
  EXPECT_EQ(count("called"), "3");
}

INSTANTIATE_TEST_SUITE_P(Failpoints, HandlerKill,
                         testing::Values("batch_before_set_completed", "batch_before_commit",
                                         "batch_after_commit"),
                         [](const auto& point) { return std::string(point.param); });

}  // namespace
}  // namespace e2e
