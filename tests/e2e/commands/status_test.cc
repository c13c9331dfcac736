// status, node-status, node-info, members: what is shown of a healthy, a paused and a broken
// cascade.
#include <fstream>

#include "commands_fixture.h"
#include "londiste/output/json.h"
#include "pg/conninfo.h"

namespace commands_test {
namespace {

using londiste::output::Json;
using testing::ElementsAre;
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

// The lag is the age of the oldest change that has not arrived; how long ago the last tick was made
// is no lag.
class CommandsLag : public CommandsStatus {
 protected:
  void Tick() { root_.sql().Exec("select pgq.force_tick('q'); select pgq.ticker('q')"); }
  // As the leaf's worker does, but for applying anything.
  void ReadAll() {
    root_.sql().Exec(
        "do $$ declare b bigint; begin loop b := pgq.next_batch('q', 'node2_worker'); exit when b "
        "is "
        "null; perform pgq.finish_batch(b); end loop; end $$");
  }
  void MakeOld() {
    root_.sql().Exec(
        "update pgq.tick set tick_time = now() - interval '2 hours'; "
        "update pgq.event_1 set ev_time = now() - interval '10 minutes'");
  }
  // What each node's line says, in the order of the tree.
  std::string Lags() {
    std::string lags, out = root_.MustLondiste({"status"}).out;
    for (std::size_t at = 0; (at = out.find("Lag: ", at)) != std::string::npos; at += 5)
      lags += out.substr(at + 5, out.find(',', at) - at - 5) + " ";
    return lags;
  }
  void Publish() { root_.sql().Exec("select pgq.insert_event('q', 'test', '')"); }

  Node root_ = MakeNode("node1"), leaf_ = MakeNode("node2");
};

TEST_F(CommandsLag, IsNothingWhenNothingWaits) {
  root_.CreateRoot();
  leaf_.CreateLeaf(root_);
  MakeOld();
  EXPECT_THAT(Lags(), MatchesRegex("10m[0-9]*s? 10m[0-9]*s? ")) << "no tick, no worker";
  Tick();
  MakeOld();
  EXPECT_THAT(Lags(), MatchesRegex("0s 10m[0-9]*s? "));
  ReadAll();
  MakeOld();
  EXPECT_EQ(Lags(), "0s 0s ");
  EXPECT_THAT(leaf_.MustLondiste({"node-status"}).out, HasSubstr("Lag: 0s, "));
  Publish();
  MakeOld();
  EXPECT_THAT(Lags(), MatchesRegex("10m[0-9]*s? 10m[0-9]*s? "));
  EXPECT_THAT(leaf_.MustLondiste({"node-status"}).out, HasSubstr("Lag: 10m"));
  root_.sql().Exec("update pgq.tick set tick_time = now() - interval '5 minutes'");
  EXPECT_THAT(Lags(), MatchesRegex("5m[0-9]*s? 5m[0-9]*s? "))
      << "a change that could not be read before that tick has not waited longer";
}

TEST_F(CommandsLag, CountsWhatWasCommittedAfterTheTickThatPassedIt) {
  root_.CreateRoot();
  leaf_.CreateLeaf(root_);
  Sql writer(root_.connstr());
  writer.Exec("begin; select pgq.insert_event('q', 'test', '')");
  Tick();
  ReadAll();
  MakeOld();
  EXPECT_EQ(Lags(), "0s 0s ") << "not committed";
  writer.Exec("commit");
  MakeOld();
  EXPECT_THAT(Lags(), MatchesRegex("10m[0-9]*s? 10m[0-9]*s? "));
}

TEST_F(CommandsLag, OfANodeBelowABranchIsTheBranchsAtLeast) {
  Node below = MakeNode("node3");
  root_.CreateRoot();
  leaf_.CreateBranch(root_);
  below.CreateLeaf(leaf_);
  MakeOld();
  EXPECT_THAT(Lags(), MatchesRegex("10m[0-9]*s? 10m[0-9]*s? 10m[0-9]*s? "));
}

TEST_F(CommandsStatus, KnowsNothingOfAnUnknownQueue) {
  Node node = MakeEmptyNode("n");
  for (const char* command : {"status", "node-status", "members", "tables", "wait-sync"}) {
    RunResult result = node.Londiste({command});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_EQ(result.out, "") << command;
    EXPECT_THAT(result.err, HasSubstr("Unknown queue: q")) << command;
    EXPECT_THAT(result.err, HasSubstr("HINT:  ")) << command;
  }
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

// --json: what scripts read. Parsing throws for anything that is not one JSON value.
class CommandsJson : public CommandsStatus {
 protected:
  static Json Parse(const RunResult& result) {
    EXPECT_EQ(result.status, 0);
    return Json::parse(result.out);
  }
  static std::vector<std::string> KeysOf(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
  }
};

TEST_F(CommandsJson, StatusTellsAllThatTheTreeDoes) {
  Node root = MakeNode("node1"), leaf = MakeNode("node2"), lost = MakeNode("node3");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  lost.CreateLeaf(root);
  root.sql().Exec("create table t (id int primary key)");
  root.MustLondiste({"add-table", "t"});
  root.sql().Exec(
      "select pgq_node.set_node_attrs('q', 'color=red%20%22'); "
      "update pgq_node.node_location set node_location = 'host=/nonexistent dbname=x "
      "password=geheim' where node_name = 'node3'");
  leaf.sql().Exec(
      "select pgq_node.set_consumer_error('q', 'node2_worker', E'disk \"full\"\nmore \\\\');"
      "select pgq.set_condition('q', 'disk', '', 'warning', 'disk is full', null)");

  RunResult result = root.MustLondiste({"status", "--json"});
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("geheim")));
  EXPECT_THAT(result.err, HasSubstr("Node 'node3' failure: "));
  const Json status = Parse(result);
  EXPECT_THAT(KeysOf(status), ElementsAre("queue_name", "local_node", "nodes"));
  EXPECT_EQ(status["queue_name"], "q");
  EXPECT_EQ(status["local_node"], "node1");
  ASSERT_EQ(status["nodes"].size(), 3U);
  const Json &first = status["nodes"][0], &second = status["nodes"][1], &third = status["nodes"][2];
  for (const Json& node : status["nodes"])
    EXPECT_THAT(KeysOf(node),
                ElementsAre("node_name", "node_type", "service", "provider_node", "dead", "failure",
                            "lag_seconds", "tick_id", "paused", "uptodate", "tables", "copies",
                            "attrs", "errors", "conditions"));

  EXPECT_EQ(first["node_name"], "node1");
  EXPECT_EQ(first["node_type"], "root");
  EXPECT_EQ(first["provider_node"], nullptr);
  EXPECT_EQ(first["attrs"], Json({{"color", "red \""}}));
  EXPECT_EQ(first["tables"], Json({{"in_sync", 1}, {"not_in_sync", 0}, {"elsewhere", 0}}));
  EXPECT_EQ(first["errors"], Json::array());

  EXPECT_EQ(second["node_type"], "leaf");
  EXPECT_EQ(second["provider_node"], "node1");
  EXPECT_EQ(second["dead"], false);
  EXPECT_EQ(second["failure"], nullptr);
  EXPECT_TRUE(second["lag_seconds"].is_number_integer());
  EXPECT_TRUE(second["tick_id"].is_number_integer());
  EXPECT_EQ(second["uptodate"], false);
  EXPECT_EQ(
      second["errors"],
      Json::array({{{"consumer_name", "node2_worker"}, {"message", "disk \"full\"\nmore \\"}}}));
  ASSERT_EQ(second["conditions"].size(), 1U);
  EXPECT_EQ(second["conditions"][0]["kind"], "disk");
  EXPECT_EQ(second["conditions"][0]["subject"], nullptr);
  EXPECT_EQ(second["conditions"][0]["hint"], nullptr);
  EXPECT_THAT(second["conditions"][0]["since"].get<std::string>(),
              MatchesRegex("20..-..-..T..:..:..[+-]..:.."));

  EXPECT_EQ(third["dead"], true);
  EXPECT_EQ(third["provider_node"], "node1");
  EXPECT_THAT(third["failure"].get<std::string>(), HasSubstr("could not connect to"));
  for (const char* unknown : {"node_type", "tick_id", "paused", "uptodate", "tables"})
    EXPECT_EQ(third[unknown], nullptr) << unknown;
}

TEST_F(CommandsJson, MembersAndNodeInfo) {
  Node root = MakeNode("node1"), leaf = MakeNode("node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  leaf.sql().Exec(
      "select pgq_node.register_location('q', 'node1', '" + root.connstr() +
      " password=geheim', false); select pgq_node.set_consumer_paused('q', 'node2_worker', true)");

  const std::string redacted = pg::RedactConnstr(root.connstr() + " password=geheim");

  RunResult result = leaf.MustLondiste({"members", "--json"});
  EXPECT_EQ(
      Parse(result),
      Json({{"queue_name", "q"},
            {"local_node", "node2"},
            {"members",
             Json::array(
                 {{{"node_name", "node1"}, {"dead", false}, {"node_location", redacted}},
                  {{"node_name", "node2"}, {"dead", false}, {"node_location", leaf.connstr()}}})}}))
      << result.out;

  result = leaf.MustLondiste({"node-info", "--json"});
  EXPECT_THAT(result.out, Not(HasSubstr("geheim")));
  Json info = Parse(result);
  EXPECT_THAT(KeysOf(info),
              ElementsAre("queue_name", "node_name", "node_type", "dead", "worker_name", "paused",
                          "uptodate", "tick_id", "global_watermark", "local_watermark",
                          "provider_node", "local_connstr", "public_connstr", "provider_connstr",
                          "combined_queue", "combined_type", "attrs"));
  EXPECT_EQ(info["node_type"], "leaf");
  EXPECT_EQ(info["paused"], true);
  EXPECT_EQ(info["uptodate"], false);
  EXPECT_EQ(info["tick_id"], 1);
  EXPECT_EQ(info["provider_node"], "node1");
  EXPECT_EQ(info["local_connstr"], leaf.connstr());
  EXPECT_EQ(info["provider_connstr"], redacted);
  EXPECT_EQ(info["combined_queue"], nullptr);

  info = Parse(root.MustLondiste({"node-info", "--json"}));
  EXPECT_EQ(info["provider_node"], nullptr);
  EXPECT_EQ(info["provider_connstr"], nullptr);
}

TEST_F(CommandsJson, ListsAsJson) {
  Node root = MakeNode("node1");
  root.MustLondiste({"create-root", "node1", root.connstr()});
  root.sql().Exec(
      "create table t (id int primary key); create table u (id int primary key); create sequence "
      "s");
  root.MustLondiste({"add-table", "t"});
  root.MustLondiste({"add-seq", "s"});
  root.sql().Exec(
      "update londiste.table_info set merge_state = null, table_attrs = "
      "'copy_node=n&skip_truncate'; "
      "select pgq.set_condition('q', 'test_kind', '', 'error', 'all is lost', null)");

  Json json = Parse(root.MustLondiste({"tables", "--json"}));
  EXPECT_THAT(KeysOf(json),
              ElementsAre("queue_name", "node_name", "tables", "copies", "conditions"));
  EXPECT_EQ(json["tables"],
            Json::array({{{"table_name", "public.t"},
                          {"dest_table", "public.t"},
                          {"merge_state", nullptr},
                          {"table_attrs", {{"copy_node", "n"}, {"skip_truncate", nullptr}}},
                          {"compared", nullptr}}}));
  EXPECT_EQ(json["copies"], Json::array());
  EXPECT_EQ(json["conditions"][0]["kind"], "test_kind");
  EXPECT_EQ(root.Londiste({"tables", "--json", "--names-only"}).status, 2);

  json = Parse(root.MustLondiste({"seqs", "--json"}));
  EXPECT_EQ(json["node_name"], "node1");
  EXPECT_EQ(json["sequences"][0]["seq_name"], "public.s");
  EXPECT_GT(json["sequences"][0]["last_value"], 0);

  json = Parse(root.MustLondiste({"missing", "--json"}));
  EXPECT_EQ(json["missing"], Json::array({{{"obj_kind", "r"}, {"obj_name", "public.u"}}}));

  json = Parse(root.MustLondiste({"show-handlers", "--json"}));
  EXPECT_EQ(json["handlers"][0]["name"], "londiste");
  EXPECT_THAT(KeysOf(json["handlers"][0]), ElementsAre("name", "help", "module", "arguments"));
  EXPECT_EQ(Parse(root.MustLondiste({"show-handlers", "londiste", "--json"}))["handlers"].size(),
            1u);

  json = Parse(root.MustLondiste({"node-status", "--json"}));
  EXPECT_EQ(json["queue_name"], "q");
  EXPECT_EQ(json["node_type"], "root");
  EXPECT_EQ(json["tables"]["not_in_sync"], 1);
}

}  // namespace
}  // namespace commands_test
