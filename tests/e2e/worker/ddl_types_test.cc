// With "ddl replicate" types and domains of replicated tables follow, and those that are missing on
// a node are made.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;
using testing::HasSubstr;

class DdlTypes : public WorkerStory {
 protected:
  testing::AssertionResult Follows(Node& node, const std::string& table = "t") {
    const auto rows = [&](Node& of) {
      return of.sql().Value("select string_agg(t::text, ' ' order by id) from " + table + " t");
    };
    return EventuallyEqual(
        30s, [&] { return rows(*root_); }, [&] { return rows(node); });
  }
};

TEST_F(DdlTypes, RowsWithWhatATypeGotComeBehindIt) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  root_->MustLondiste({"ddl", "replicate"});
  // An owner who may do no more than own the table.
  for (Node* node : {branch.get(), leaf.get()})
    node->sql().Exec(
        "create role owner_only; grant create, usage on schema public to owner_only; alter table t "
        "owner to owner_only");
  root_->sql().Exec(
      "create type mood as enum ('sad', 'ok'); create domain small as int check (value < 100); "
      "create type pair as (a int, b mood); create type spans as range (subtype = int)");
  root_->sql().Exec(
      "alter table t add m mood default 'ok', add s small, add p pair[], add r spans; insert into "
      "t values (1, 'one', 'sad', 99, '{\"(1,ok)\"}', '[1,3)')");
  EXPECT_TRUE(Follows(*branch)) << branch->Log();
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
  for (Node* node : {branch.get(), leaf.get()})
    EXPECT_EQ(node->sql().Value("select string_agg(distinct typowner::regrole::text, ',') from "
                                "pg_type where typname in ('mood', 'small', 'pair', 'spans')"),
              "owner_only");
  root_->sql().Exec("alter type mood add value 'fine' after 'sad'");
  root_->sql().Exec("insert into t values (2, 'two', 'fine', 1, '{\"(2,fine)\"}')");
  root_->sql().Exec("alter type mood add value 'dire' before 'sad'");
  root_->sql().Exec("insert into t values (3, 'three', 'dire')");
  root_->sql().Exec("alter type mood rename value 'ok' to 'okay'; insert into t values (4)");
  root_->sql().Exec(
      "alter domain small drop constraint small_check; insert into t values (5, '', 'okay', 1000); "
      "alter type pair add attribute c text; insert into t (id, p) values (6, "
      "'{\"(1,dire,x)\"}')");
  root_->sql().Exec(
      "alter type mood rename to feeling; alter table t add f feeling default 'fine'; update t set "
      "m = 'dire' where id < 3; alter domain small add check (value < 2000)");
  EXPECT_TRUE(Follows(*branch)) << branch->Log();
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
  const auto labels = [](Node& node) {
    return node.sql().Value(
        "select string_agg(enumlabel, ' ' order by enumsortorder) from pg_enum where enumtypid = "
        "'feeling'::regtype");
  };
  for (Node* node : {branch.get(), leaf.get()}) {
    EXPECT_EQ(labels(*node), labels(*root_));
    EXPECT_THAT(node->MustLondiste({"check"}).out, HasSubstr("public.t: as on "));
    EXPECT_THAT(node->sql().Error("insert into t (id, s) values (9, 5000)"),
                HasSubstr("small_check"));
  }
  // The next root follows on.
  const auto ticker = test_support::StartPgqd(dir_, subscriber_, "pgqd2");
  root_->MustLondiste({"switchover", "node2"});
  branch->sql().Exec("alter type feeling add value 'last'");
  branch->sql().Exec("insert into t (id, m) values (10, 'last')");
  EXPECT_TRUE(Follows(*branch));
  EXPECT_TRUE(Follows(*leaf));
}

// A killed worker goes on where it was.
TEST_F(DdlTypes, AValueIsAddedOnce) {
  StartRoot();
  const auto leaf = AddLeaf();
  root_->MustLondiste({"ddl", "replicate"});
  root_->sql().Exec(
      "create type mood as enum ('ok'); alter table t add m mood; insert into t values (1)");
  EXPECT_TRUE(Follows(*leaf));
  int id = 10;
  for (const char* failpoint : {"execute_before_piece_commit", "execute_after_piece",
                                "batch_before_commit", "batch_after_commit"}) {
    EXPECT_EQ(leaf->StopWorker(), 0);
    leaf->StartWorker({{"SKYTOOLS_FAILPOINT", std::string(failpoint) + "=kill"}});
    const std::string label = "m" + std::to_string(id++);
    root_->sql().Exec("alter type mood add value '" + label + "'");
    root_->sql().Exec("insert into t values (" + std::to_string(id) + ", 'x', '" + label + "')");
    for (int n = 0; n < 20 && !leaf->worker().Wait(500ms); ++n)
      root_->sql().Exec("update t set v = 'more'");
    EXPECT_EQ(leaf->worker().Wait(10s), 128 + 9) << failpoint;
    leaf->StartWorker();
    EXPECT_TRUE(Follows(*leaf)) << failpoint;
  }
}

// What an extension has to bring is asked for.
TEST_F(DdlTypes, ATypeOfAnExtensionIsWaitedFor) {
  StartRoot();
  const auto leaf = AddLeaf();
  root_->MustLondiste({"ddl", "replicate"});
  root_->sql().Exec(
      "create type ext_type as enum ('a'); alter extension plpgsql add type ext_type; alter "
      "table t add e ext_type; insert into t values (1, 'x', 'a')");
  EXPECT_TRUE(Eventually(30s, "the worker says what is missing", [&] {
    return leaf->Log().find(
               "type public.ext_type is missing here: it belongs to extension "
               "\"plpgsql\"") != std::string::npos;
  })) << leaf->Log();
  leaf->sql().Exec("create type ext_type as enum ('a')");
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
}

}  // namespace
}  // namespace e2e
