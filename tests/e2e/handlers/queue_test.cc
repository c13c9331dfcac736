// A queue table on the root, and what nodes below make of its events.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

class QueueStory : public WorkerStory {};

TEST_F(QueueStory, EventsOfAQueueTableGoIntoAQueueBelow) {
  StartRoot();
  root_->sql().Exec(
      "create table orders (id int primary key, v text); create table other (id int primary key, "
      "v text)");
  root_->MustLondiste({"add-table", "orders", "--handler=qtable"});
  root_->MustLondiste({"add-table", "other"});
  root_->sql().Exec("insert into orders values (0, 'before')");
  EXPECT_EQ(root_->sql().Value("select count(*) from orders"), "0") << "published, not stored";
  EXPECT_THAT(root_->MustLondiste({"tables"}).out, HasSubstr("qtable"));

  const std::unique_ptr<Node> branch = AddNode("branch", "node2", *root_, subscriber_);
  const auto split = std::vector<std::string>{"add-table", "orders", "--handler=qsplitter",
                                              "--handler-arg=queue=work"};
  EXPECT_THAT(branch->Londiste(split).err, HasSubstr("queue \"work\" does not exist"));
  branch->sql().Exec("select pgq.create_queue('work')");
  branch->MustLondiste(split);
  branch->MustLondiste({"add-table", "other", "--handler=vtable"});
  branch->MustLondiste({"wait-sync"});
  EXPECT_THAT(branch->Londiste({"resync", "orders"}).err, HasSubstr("has no rows to copy"));
  branch->MustLondiste({"wait-root"});
  root_->sql().Exec("insert into orders select i, 'v' || i from generate_series(1, 3) i");
  root_->sql().Exec("insert into other values (1, 'not there')");
  EXPECT_TRUE(Eventually(
      30s, "the events are in the queue",
      [&] {
        return branch->sql().Value(
                   "select string_agg(ev_data, ' ' order by ev_id) from pgq.event_template where "
                   "tableoid::regclass::text like 'pgq.event_2%'") ==
               "id=1&v=v1 id=2&v=v2 id=3&v=v3";
      }))
      << branch->sql().Text("select tableoid::regclass, * from pgq.event_template")
      << branch->Log();
  EXPECT_TRUE(Eventually(30s, "the branch passes it on", [&] {
    return branch->sql().Value(
               "select count(*) from pgq.event_template where ev_extra1 = "
               "'public.other'") == "1";
  }));
  EXPECT_THAT(branch->MustLondiste({"status"}).out, HasSubstr("Tables: 3/0/0"));
  // State NULL, as SkyTools' commands may leave it.
  branch->sql().Exec(
      "select londiste.local_set_table_state(queue_name, table_name, null, null) from "
      "londiste.table_info where table_name = 'public.other'");
  EXPECT_TRUE(Eventually(30s, "in sync again", [&] {
    return branch->sql().Value(
               "select merge_state from londiste.table_info where table_name = "
               "'public.other'") == "ok";
  })) << branch->Log();
}

}  // namespace
}  // namespace e2e
