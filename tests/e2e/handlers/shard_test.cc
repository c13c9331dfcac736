// Handler shard where things are not as they should be, and on a branch.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

constexpr const char* kFunction =
    "create schema partconf; create function partconf.get_hash_raw(int) returns int language sql "
    "immutable strict as 'select $1'";
constexpr const char* kConf =
    "create table partconf.conf (shard_nr int, shard_mask int, shard_count int)";

class ShardStory : public WorkerStory {
 protected:
  static std::vector<std::string> AddShard(const std::string& key = "id") {
    return {"add-table", "s", "--handler=shard", "--handler-arg=hash_key=" + key};
  }
  static std::string Ids(Node& node) {
    return node.sql().Value("select string_agg(id::text, ' ' order by id) from s");
  }
};

TEST_F(ShardStory, ABranchPassesItsShardOnAndAnEventWithoutAHashStopsIt) {
  StartRoot();
  root_->sql().Exec("create table s (id int primary key, v text)");
  EXPECT_THAT(root_->Londiste({"add-table", "s", "--handler=shard"}).err,
              HasSubstr("handler \"shard\" needs argument hash_key"));
  EXPECT_THAT(root_->Londiste(AddShard()).err,
              HasSubstr("could not compute hashes for table public.s"));
  root_->sql().Exec(kFunction);
  EXPECT_THAT(root_->Londiste(AddShard("nix")).err, HasSubstr("\"nix\" does not exist"));
  EXPECT_EQ(root_->sql().Error("insert into s values (0, 'not in the way')"), "");
  root_->MustLondiste(AddShard());
  root_->sql().Exec("insert into s select i, 'x' from generate_series(1, 8) i");
  subscriber_.CreateNodeDatabase("node2");
  subscriber_.CreateNodeDatabase("node3");
  Node branch(dir_, subscriber_, "node2", "node2"), leaf(dir_, subscriber_, "node3", "node3");
  for (Node* node : {&branch, &leaf})
    node->sql().Exec("create table s (id int primary key, v text)");
  branch.CreateBranch(*root_);
  branch.StartWorker();
  branch.sql().Exec(std::string(kFunction));
  EXPECT_THAT(branch.Londiste(AddShard()).err,
              HasSubstr("could not read which shard this database is"));
  branch.sql().Exec(std::string(kConf) + "; insert into partconf.conf values (1, 2, 3)");
  EXPECT_EQ(branch.Londiste(AddShard()).status, 1) << "no row can belong to it";
  branch.sql().Exec("update partconf.conf set shard_mask = 1");
  branch.MustLondiste(AddShard());
  branch.MustLondiste({"wait-sync"});
  EXPECT_EQ(Ids(branch), "1 3 5 7");
  leaf.CreateLeaf(branch);
  leaf.StartWorker();
  leaf.MustLondiste({"add-table", "s"});
  leaf.MustLondiste({"wait-sync"});
  root_->sql().Exec("insert into s select i, 'x' from generate_series(9, 12) i");
  root_->sql().Exec("delete from s where id in (1, 2)");
  for (Node* node : {&branch, &leaf})
    EXPECT_TRUE(Eventually(30s, "the shard is there", [&] { return Ids(*node) == "3 5 7 9 11"; }))
        << node->Log();
  EXPECT_EQ(
      branch.sql().Value("select count(*) from pgq.event_template where ev_extra3 = 'hash=10'"),
      "0");
  EXPECT_EQ(
      branch.sql().Value("select count(*) from pgq.event_template where ev_extra3 = 'hash=9'"),
      "1");

  // As if the root's trigger had no hash.
  root_->sql().Exec("select pgq.insert_event('" +
                    root_->sql().Value("select queue_name from pgq.queue") +
                    "', 'I:id', 'id=13&v=x', 'public.s', null, null, null)");
  EXPECT_TRUE(Eventually(30s, "the worker says so", [&] {
    return branch.Log().find("does not tell to which shard its row belongs (ev_extra3 is NULL)") !=
           std::string::npos;
  })) << branch.Log();
  EXPECT_THAT(branch.MustLondiste({"status"}).out, HasSubstr("does not tell to which shard"));
  EXPECT_EQ(Ids(branch), "3 5 7 9 11");
  // The way out that the hint names.
  branch.MustLondiste({"remove-table", "s"});
  EXPECT_TRUE(Eventually(60s, "the event is passed over", [&] {
    return branch.sql().Value(
               "select count(*) from pgq.event_template where ev_data like "
               "'id=13%'") == "1";
  })) << branch.Log();
  branch.MustLondiste(AddShard());
  branch.MustLondiste({"wait-sync"});
  EXPECT_EQ(Ids(branch), "3 5 7 9 11");
}

}  // namespace
}  // namespace e2e
