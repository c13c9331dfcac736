// status, node-status, node-info, members: what is shown of a healthy, a paused and a broken
// cascade.
#include <fstream>

#include "commands_fixture.h"

namespace commands_test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class CommandsStatus : public CommandsTest {};

TEST_F(CommandsStatus, ShowsTheTree) {
  Node root = MakeNode("node1"), branch = MakeNode("node2"), leaf = MakeNode("node3");
  root.CreateRoot();
  branch.CreateBranch(root);
  leaf.CreateLeaf(branch);
  root.sql().Exec("create table t (id int primary key)");
  root.MustLondiste({"add-table", "t"});
  leaf.sql().Exec("select pgq_node.set_consumer_error('q', 'node3_worker', E'disk full\\nmore')");

  RunResult result = leaf.MustLondiste({"status"});
  EXPECT_THAT(result.out, testing::StartsWith("Queue: q   Local node: node3\n\nnode1 (root)\n  |   "
                                              "                        Tables: 1/0/0\n"
                                              "  |                           Lag: "));
  EXPECT_THAT(result.out, HasSubstr("\n  +--: node2 (branch)\n"));
  EXPECT_THAT(result.out, HasSubstr("\n     +--: node3 (leaf)\n"));
  EXPECT_THAT(result.out, HasSubstr("NOT UPTODATE"));
  EXPECT_THAT(result.out, HasSubstr("ERR: node3_worker: disk full\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("(n/a)"))) << "every lag is known from the provider";
  EXPECT_EQ(result.err, "");

  result = leaf.MustLondiste({"status", "--compact"});
  EXPECT_THAT(result.out, HasSubstr("\nnode1 (root)                                                "
                                    "Tables: 1/0/0                 Lag: "));
  result = leaf.MustLondiste({"node-status"});
  EXPECT_THAT(result.out, testing::StartsWith("node3 (leaf)\n  Tables: 0/0/0\n  Lag: "));
  EXPECT_THAT(result.out, HasSubstr("  ERR: node3_worker: disk full\n"));
}

TEST_F(CommandsStatus, ShowsUnreachableNodesAsDead) {
  Node root = MakeNode("node1"), leaf = MakeNode("node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  root.sql().Exec(
      "update pgq_node.node_location set node_location = 'host=/nonexistent dbname=x "
      "password=geheim' where node_name = 'node2'");
  RunResult result = root.MustLondiste({"status"});
  EXPECT_THAT(result.out, HasSubstr("\n  +--: node2 (dead)\n"))
      << "its provider knows that it belongs there";
  EXPECT_THAT(result.err, HasSubstr("Node 'node2' failure: could not connect to"));
  EXPECT_THAT(result.err, Not(HasSubstr("geheim")));
  EXPECT_THAT(root.MustLondiste({"members"}).out, Not(HasSubstr("geheim")));

  result = root.MustLondiste({"status", "--dead=node2"});
  EXPECT_THAT(result.out, HasSubstr("+--: node2 (dead)\n"));
  EXPECT_EQ(result.err, "");
}

TEST_F(CommandsStatus, KnowsNothingOfAnUnknownQueue) {
  Node node = MakeNode("n");
  EXPECT_EQ(node.MustLondiste({"status"}).out, "Queue: q   Local node: None\n\n");
  RunResult result = node.Londiste({"members"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Unknown queue: q"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  "));
}

TEST_F(CommandsStatus, WrongPasswordIsReportedAndNeverShown) {
  PostgresServer locked;
  locked.CreateDatabase("d");
  Sql admin(locked.Connstr("d"));
  admin.Exec("create role secured login password 'richtig'");
  const std::string hba = locked.data_dir() + "/pg_hba.conf";
  const std::string rules = test_support::ReadWholeFile(hba);
  std::ofstream(hba) << "local d secured scram-sha-256\n" << rules;
  admin.Exec("select pg_reload_conf()");
  std::string ini = dir_.Write("p.ini", "[londiste]\ndb = " + locked.Connstr("d") +
                                            " user=secured password=geheim\nqueue_name = q\n");
  RunResult result;
  EXPECT_TRUE(test_support::Eventually(std::chrono::seconds(30), "the password is asked for", [&] {
    result = test_support::Run({"londiste", "-vv", ini, "members"});
    return result.err.find("password authentication failed") != std::string::npos;
  })) << result.err;
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("local database: could not connect to"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  "));
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("geheim")));
}

TEST_F(CommandsStatus, NodeInfoAndMembers) {
  Node root = MakeNode("node1"), leaf = MakeNode("node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  leaf.sql().Exec("select pgq_node.set_consumer_uptodate('q', 'node2_worker', true)");
  EXPECT_EQ(leaf.MustLondiste({"node-info"}).out,
            "Node: node2  Type: leaf  Queue: q\nStatus: OK\nProvider: node1\nConnect strings:\n  "
            "Local   : " +
                leaf.connstr() + "\n  Public  : " + leaf.connstr() +
                "\n  Provider: " + root.connstr() + "\n");
  leaf.sql().Exec("select pgq_node.set_consumer_paused('q', 'node2_worker', true)");
  EXPECT_THAT(leaf.MustLondiste({"node-info"}).out,
              HasSubstr("Status: OK, PAUSED, NON-UP-TO-DATE\n"));
  EXPECT_THAT(root.MustLondiste({"node-info"}).out, HasSubstr("Provider: --\n"));

  std::string members = leaf.MustLondiste({"members"}).out;
  EXPECT_THAT(members,
              testing::StartsWith(
                  "Member info on node2@q:\nnode_name        dead             node_location\n"));
  EXPECT_THAT(members, HasSubstr("\nnode1            False            " + root.connstr() + "\n"));
  EXPECT_THAT(members, testing::EndsWith("\n\n\n"));
}

}  // namespace
}  // namespace commands_test
