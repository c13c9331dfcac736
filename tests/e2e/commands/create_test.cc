// create-root, create-branch, create-leaf, drop-node.
#include <csignal>

#include "commands_fixture.h"
#include "pg/quote.h"

namespace commands_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandsCreate : public CommandsTest {};

TEST_F(CommandsCreate, RootInstallsSchemasAndIsIdempotent) {
  Node root = MakeEmptyNode("node1");
  RunResult first = root.MustLondiste({"create-root", "node1", root.connstr()});
  for (const char* line :
       {"Installing pgq", "Installing pgq_node", "Installing londiste",
        "Location registered: node1",
        "Node \"node1\" initialized for queue \"q\" with type \"root\"", "Done"}) {
    EXPECT_THAT(first.err, HasSubstr(line));
  }
  EXPECT_EQ(root.sql().Text("select node_type, node_name, worker_name from pgq_node.node_info"),
            "root|node1|node1_worker\n");
  if (PQserverVersion(root.sql().native()) >= 150'000) {
    EXPECT_EQ(root.sql().Value("select count(*) from pg_stat_sys_tables where last_analyze is not "
                               "null and relname in ('pg_proc', 'pg_attribute', 'pg_depend')"),
              "3");
  }

  RunResult second = root.MustLondiste({"create-root", "node1", root.connstr()});
  EXPECT_THAT(second.err, HasSubstr("londiste is installed"));
  EXPECT_THAT(second.err, HasSubstr("Node is already initialized as root"));
  RunResult other = root.Londiste({"create-root", "other", root.connstr()});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("this database is node \"node1\" (root) of queue \"q\", not "
                                   "\"other\" (root): nothing was changed"));
  other = root.Londiste({"create-leaf", "node1", root.connstr(), "--provider=" + root.connstr()});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("not \"node1\" (leaf): nothing was changed"));
}

TEST_F(CommandsCreate, NameAndLocationMayComeFromTheFile) {
  Node plain = MakeEmptyNode("n");
  EXPECT_THAT(plain.Londiste({"create-root"}).err,
              HasSubstr("Node name must be given either in command line or config"));
  EXPECT_THAT(plain.Londiste({"create-root", "x"}).err,
              HasSubstr("Node public location must be given either in command line or config"));
  EXPECT_THAT(plain.Londiste({"create-root", "x", "y", "z"}).err,
              HasSubstr("Too many args, only node name and public connect string allowed"));
  EXPECT_EQ(plain.Londiste({"create-root"}).status, 2);
  plain.MustLondiste(
      {"create-root", "--set", "node_name=x", "--set", "public_node_location=" + plain.connstr()});
  EXPECT_EQ(plain.sql().Value("select node_name from pgq_node.node_info"), "x");
}

TEST_F(CommandsCreate, VerifiesThePublicConnectString) {
  Node root = MakeEmptyNode("node1"), other = MakeEmptyNode("other");
  RunResult result = root.Londiste({"create-root", "node1", other.connstr()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.err,
      HasSubstr("Public connect string points to different database than local connect string\n"));
  EXPECT_THAT(root.Londiste({"create-root", "node1", other.connstr(), "-v"}).err,
              HasSubstr("fail=1"));
  EXPECT_EQ(root.sql().Value("select to_regclass('pgq_node.node_info') is null"), "t");

  result = root.Londiste({"create-root", "node1", "host=/nonexistent dbname=x password=geheim"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("public connect string: could not connect to"));
  EXPECT_THAT(result.err, Not(HasSubstr("geheim")));

  result = root.MustLondiste({"create-root", "node1", "dbname=elsewhere", "--nocheck"});
  EXPECT_THAT(result.err, HasSubstr("No host= in public connect string, bad idea"));
}

TEST_F(CommandsCreate, LeafAndBranchJoinWithTheRegistryOfTheirProvider) {
  Node root = MakeEmptyNode("node1"), branch = MakeEmptyNode("node2"),
       leaf = MakeEmptyNode("node3");
  root.CreateRoot();
  root.sql().Exec(
      "create table a (id int primary key); create table skipped (id int primary key); create "
      "sequence s");
  root.MustLondiste({"add-table", "a", "skipped"});
  root.MustLondiste({"add-seq", "s"});
  branch.CreateBranch(root);
  leaf.MustLondiste({"create-leaf", "node3", leaf.connstr(), "--provider", branch.connstr(),
                     "--set", "register_skip_tables=public.skipped"});

  EXPECT_EQ(
      branch.sql().Text("select table_name, local from londiste.get_table_list('q') order by 1"),
      "public.a|f\npublic.skipped|f\n");
  EXPECT_EQ(
      leaf.sql().Text("select table_name, local from londiste.get_table_list('q') order by 1"),
      "public.a|f\n");
  EXPECT_EQ(leaf.sql().Text("select seq_name, local from londiste.get_seq_list('q')"),
            "public.s|f\n");
  EXPECT_EQ(leaf.sql().Value("select provider_node from pgq_node.get_node_info('q')"), "node2");
  for (Node* node : {&root, &branch, &leaf}) {
    std::string members =
        node->sql().Text("select node_name from pgq_node.get_queue_locations('q') order by 1");
    if (node == &branch) {
      EXPECT_EQ(members, "node1\nnode2\nnode3\n");  // the root's copy comes with the branch's
                                                    // worker, but the provider is told at once
    } else {
      EXPECT_EQ(members, "node1\nnode2\nnode3\n") << node->name();
    }
  }
  EXPECT_EQ(root.sql().Text("select node_name, worker_name from pgq_node.get_subscriber_info('q')"),
            "node2|node2_worker\n");
  EXPECT_EQ(
      branch.sql().Text("select node_name, worker_name from pgq_node.get_subscriber_info('q')"),
      "node3|node3_worker\n");

  Node below = MakeEmptyNode("node4");
  RunResult result =
      below.Londiste({"create-leaf", "node4", below.connstr(), "--provider=" + leaf.connstr()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Cannot subscribe to leaf node"));
  EXPECT_THAT(root.sql().Text("select node_name from pgq_node.get_queue_locations('q')"),
              Not(HasSubstr("node4")));
}

TEST_F(CommandsCreate, ABranchMayHaveAWatermarkOfItsOwn) {
  Node root = MakeEmptyNode("node1"), branch = MakeEmptyNode("node2");
  root.CreateRoot();
  const RunResult made =
      branch.MustLondiste({"create-branch", "node2", branch.connstr(),
                           "--provider=" + root.connstr(), "--sync-watermark=node1,node3"});
  EXPECT_THAT(made.err, HasSubstr("there is no node \"node3\" yet"));
  EXPECT_EQ(branch.sql().Value("select node_attrs from pgq_node.get_node_info('q')"),
            "sync_watermark=node1%2cnode3");
  EXPECT_THAT(branch.MustLondiste({"status"}).out, HasSubstr("Attr: sync_watermark=node1,node3"));
}

TEST_F(CommandsCreate, ALeafIsMergedIntoAQueueThatIsThere) {
  Node root = MakeEmptyNode("node1"), leaf = MakeEmptyNode("node2");
  Node combined(dir_, server(), leaf.database(), "all1", "all");
  root.CreateRoot();
  const std::vector<std::string> create{"create-leaf", "node2", leaf.connstr(),
                                        "--provider=" + root.connstr(), "--merge=all"};
  RunResult result = leaf.Londiste(create);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("non-existing queue on leaf side: all"));
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_queue_locations('q')"), "1");
  auto into_itself = create;
  into_itself.back() = "--merge=q";
  EXPECT_THAT(leaf.Londiste(into_itself).err, HasSubstr("cannot be merged into itself"));

  combined.CreateRoot();
  leaf.MustLondiste(create);
  leaf.MustLondiste(create);
  EXPECT_EQ(leaf.sql().Value("select combined_queue from pgq_node.get_node_info('q')"), "all");
  auto plain = create;
  plain.pop_back();
  result = leaf.Londiste(plain);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("is merged into queue \"all\": nothing was changed"));
  EXPECT_THAT(leaf.MustLondiste({"node-info"}).out, HasSubstr("Combined Queue: all"));
}

TEST_F(CommandsCreate, RefusesWhatWouldDamageAnotherNode) {
  Node root = MakeEmptyNode("node1"), leaf = MakeEmptyNode("node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);

  Node twin = MakeEmptyNode("other");
  RunResult result =
      twin.Londiste({"create-leaf", "node2", twin.connstr(), "--provider=" + root.connstr()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("Node 'node2' already exists, at \"" + leaf.connstr() + "\"\n"));
  EXPECT_THAT(result.err, HasSubstr("drop-node node2"));
  result = twin.Londiste({"create-leaf", "node1", twin.connstr(), "--provider=" + root.connstr()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Node 'node1' already exists: it is the root, at \"" +
                                    root.connstr() + "\"\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("drop-node")));

  result = twin.Londiste({"create-leaf", "other", twin.connstr(), "--provider=" + root.connstr(),
                          "--set=consumer_name=node2_worker"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("worker name \"node2_worker\" is already used by node \"node2\""));

  root.sql().Exec("select pgq.register_consumer('q', 'app')");
  result = twin.Londiste({"create-leaf", "other", twin.connstr(), "--provider=" + root.connstr(),
                          "--set=consumer_name=app"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("worker name \"app\" is already used by a consumer of queue \"q\""));
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_queue_locations('q')"), "2")
      << "nothing was registered";

  EXPECT_THAT(twin.Londiste({"create-leaf", "other", twin.connstr()}).err,
              HasSubstr("Please specify --provider"));
  result = twin.Londiste(
      {"create-leaf", "other", twin.connstr(), "--provider=host=/nonexistent password=geheim"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("provider: could not connect to"));
  EXPECT_THAT(result.err, Not(HasSubstr("geheim")));
  Node empty = MakeEmptyNode("empty");
  result = twin.Londiste({"create-leaf", "other", twin.connstr(), "--provider=" + empty.connstr()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("has no node of queue \"q\""));
}

TEST_F(CommandsCreate, MayBeKilledBetweenAnyTwoSteps) {
  Node root = MakeEmptyNode("node1");
  root.CreateRoot();
  root.sql().Exec("create table t (id int primary key)");
  root.MustLondiste({"add-table", "t"});
  for (const char* failpoint : {"create_after_installation", "create_after_root_knows",
                                "create_after_subscription", "create_after_local_node"}) {
    Node leaf = MakeEmptyNode(failpoint);
    RunResult killed =
        test_support::Run({"londiste", leaf.ini(), "create-leaf", failpoint, leaf.connstr(),
                           "--provider=" + root.connstr()},
                          {{{"SKYTOOLS_FAILPOINT", std::string(failpoint) + "=kill"}}, ""});
    EXPECT_EQ(killed.status, 128 + SIGKILL) << failpoint;
    leaf.CreateLeaf(root);
    EXPECT_EQ(leaf.sql().Value("select node_type from pgq_node.node_info"), "leaf");
    EXPECT_EQ(leaf.sql().Value("select count(*) from londiste.table_info"), "1");
    EXPECT_EQ(
        root.sql().Value(
            std::string(
                "select count(*) from pgq_node.get_subscriber_info('q') where node_name = '") +
            failpoint + "'"),
        "1");
  }
}

// The states a kill leaves behind: known at the root; subscribed as well; subscribed under another
// worker name.
TEST_F(CommandsCreate, TakesUpWhereAKilledRunLeftOff) {
  Node root = MakeEmptyNode("node1");
  root.CreateRoot();
  Node first = MakeEmptyNode("first"), second = MakeEmptyNode("second");
  root.sql().Exec("select pgq_node.register_location('q', 'first', '" + first.connstr() +
                  "', false)");
  EXPECT_THAT(
      first.MustLondiste({"create-leaf", "first", first.connstr(), "--provider=" + root.connstr()})
          .err,
      HasSubstr("Node 'first' is already registered: continuing its unfinished creation"));

  root.sql().Exec("select pgq_node.register_location('q', 'second', '" + second.connstr() +
                  "', false)");
  root.sql().Exec("select pgq_node.register_subscriber('q', 'second', 'old_name', null)");
  second.CreateLeaf(root);
  EXPECT_EQ(root.sql().Text(
                "select node_name, worker_name from pgq_node.get_subscriber_info('q') order by 1"),
            "first|first_worker\nsecond|second_worker\n");
  EXPECT_EQ(root.sql().Value("select count(*) from pgq.get_consumer_info('q', 'old_name')"), "0");
}

TEST_F(CommandsCreate, InstallsAsAnOrdinaryRoleWhenTheRolesExist) {
  Node root = MakeEmptyNode("node1");
  root.CreateRoot();
  server().CreateDatabase("plain_owner");
  Sql admin(server().Connstr("plain_owner"));
  admin.Exec(
      "create role owner_role login in role pgq_admin, londiste_writer; alter database plain_owner "
      "owner to owner_role");
  std::string connstr = server().Connstr("plain_owner") + " user=owner_role";
  std::string ini =
      dir_.Write("owner.ini", "[londiste]\njob_name = j\ndb = " + connstr + "\nqueue_name = q\n");
  RunResult result = test_support::Run({"londiste", ini, "create-root", "n", connstr});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Sql(connstr).Value("select node_type from pgq_node.node_info"), "root");
}

TEST_F(CommandsCreate, DropNodeCleansEveryMember) {
  Node root = MakeEmptyNode("node1"), branch = MakeEmptyNode("node2"),
       leaf = MakeEmptyNode("node3");
  root.CreateRoot();
  branch.CreateBranch(root);
  leaf.CreateLeaf(branch);

  RunResult result = root.Londiste({"drop-node", "node2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("node still has subscribers"));
  EXPECT_THAT(result.err, HasSubstr("\"node3\" reads from it"));
  EXPECT_EQ(root.Londiste({"drop-node", "nobody"}).status, 1);

  leaf.MustLondiste({"drop-node", "node3"});
  for (Node* node : {&root, &branch}) {
    EXPECT_THAT(node->sql().Text("select node_name from pgq_node.get_queue_locations('q')"),
                Not(HasSubstr("node3")))
        << node->name();
  }
  EXPECT_EQ(branch.sql().Value("select count(*) from pgq_node.get_subscriber_info('q')"), "0");
  EXPECT_EQ(leaf.sql().Value("select count(*) from pgq_node.node_info"), "0");
  EXPECT_THAT(leaf.Londiste({"tables"}).err, HasSubstr("Unknown queue: q"));

  root.MustLondiste({"drop-node", "node2"});
  EXPECT_EQ(branch.sql().Value("select count(*) from pgq.queue"), "0");
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_subscriber_info('q')"), "0");
}

TEST_F(CommandsCreate, DropNodeOfALostDatabase) {
  Node root = MakeEmptyNode("node1"), leaf = MakeEmptyNode("node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  leaf.sql();
  leaf.DropSession();
  Sql(server().Connstr())
      .Exec("drop database " +
            leaf.connstr().substr(leaf.connstr().find("dbname=") + 7,
                                  leaf.connstr().find(' ', leaf.connstr().find("dbname=")) -
                                      leaf.connstr().find("dbname=") - 7));
  RunResult result = root.MustLondiste({"drop-node", "node2"});
  EXPECT_THAT(result.err, HasSubstr("the database of node node2 was not cleaned"));
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_subscriber_info('q')"), "0");
  EXPECT_EQ(root.sql().Text("select node_name from pgq_node.get_queue_locations('q')"), "node1\n");
}

// A copy that was not finished reads from the root, and perhaps from a node further up.
TEST_F(CommandsCreate, DropNodeRemovesTheConsumersOfUnfinishedCopies) {
  Node root = MakeEmptyNode("node1"), branch = MakeEmptyNode("node2"),
       leaf = MakeEmptyNode("node3");
  root.CreateRoot();
  branch.CreateBranch(root);
  for (const char* from : {"root", "itself"}) {
    leaf.CreateLeaf(branch);
    for (Node* node : {&root, &branch})
      node->sql().Exec(
          "select pgq.register_consumer('q', 'node3_worker.copy.public.t'), "
          "pgq.register_consumer('q', 'node3_worker.copies')");
    (from == std::string("root") ? root : leaf).MustLondiste({"drop-node", "node3"});
    for (Node* node : {&root, &branch})
      EXPECT_EQ(node->sql().Text("select consumer_name from pgq.get_consumer_info('q') where "
                                 "consumer_name like 'node3%'"),
                "node3_worker.copies\n")
          << node->name() << ", from " << from;
  }
}

TEST_F(CommandsCreate, DropNodeNeedsTheProvider) {
  Node root = MakeEmptyNode("node1"), leaf = MakeEmptyNode("node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  const auto locate = [&](const std::string& connstr) {
    leaf.sql().Exec("update pgq_node.node_location set node_location = " +
                    pg::QuoteLiteral(connstr) + " where node_name = 'node1'");
  };
  locate("host=/nonexistent");
  for (int attempt = 0; attempt < 2; ++attempt) {
    RunResult result = leaf.Londiste({"drop-node", "node2"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("node \"node1\" cannot be reached: it would keep the "
                                      "subscription of \"node2\""));
    EXPECT_THAT(result.err,
                HasSubstr("HINT:  Run the command again when that node can be reached."));
    EXPECT_EQ(leaf.sql().Value("select count(*) from pgq_node.node_info"), "1")
        << "nothing dropped";
  }
  locate(root.connstr());
  leaf.MustLondiste({"drop-node", "node2"});
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_subscriber_info('q')"), "0");

  leaf.CreateLeaf(root);
  locate("host=/nonexistent");
  EXPECT_THAT(leaf.MustLondiste({"drop-node", "node2", "--dead=node1"}).err,
              HasSubstr("node node1 still knows node2"));
  EXPECT_EQ(leaf.sql().Value("select count(*) from pgq_node.node_info"), "0");
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_subscriber_info('q')"), "1");
  root.MustLondiste({"drop-node", "node2"});
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_subscriber_info('q')"), "0");
}

TEST_F(CommandsCreate, NothingIsInstalledWhenItCannotSucceed) {
  Node root = MakeEmptyNode("node1"), leaf = MakeEmptyNode("node2"), other = MakeEmptyNode("other");
  root.CreateRoot();
  const auto schemas = [&] {
    return leaf.sql().Value(
        "select count(*) from pg_namespace where nspname in ('pgq', 'pgq_node', 'londiste')");
  };
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"create-root", "node2", other.connstr()},
           {"create-root", "node2", "host=/nonexistent dbname=x"},
           {"create-leaf", "node2", leaf.connstr(), "--provider=host=/nonexistent dbname=x"},
           {"create-leaf", "node2", leaf.connstr(), "--provider=" + other.connstr()},
           {"create-leaf", "node1", leaf.connstr(), "--provider=" + root.connstr()}}) {
    EXPECT_EQ(leaf.Londiste(words).status, 1);
    EXPECT_EQ(schemas(), "0") << testing::PrintToString(words);
  }
}

TEST_F(CommandsCreate, SaysThatTheNodeWasDroppedElsewhere) {
  Node root = MakeEmptyNode("node1"), leaf = MakeEmptyNode("node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  root.sql().Exec("select pgq_node.drop_node('q', 'node2')");  // while the leaf was away
  RunResult again =
      leaf.Londiste({"create-leaf", "node2", leaf.connstr(), "--provider=" + root.connstr()});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("root \"node1\" does not know it: it was dropped there"));
  EXPECT_THAT(again.err, HasSubstr("HINT:  Clean this database with drop-node node2"));
  leaf.MustLondiste({"drop-node", "node2"});
  leaf.CreateLeaf(root);
  EXPECT_EQ(root.sql().Value("select count(*) from pgq_node.get_subscriber_info('q')"), "1");
}

}  // namespace
}  // namespace commands_test
