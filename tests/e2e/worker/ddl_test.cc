// Changes of structure: told where they are not replicated, and replicated where they are.
#include <fstream>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Node;

class WorkerDdl : public WorkerStory {
 protected:
  static std::string Conditions(Node& node, const std::string& kind) {
    return node.sql().Text(
        "select subject, severity, message, hint from pgq.get_conditions('q_teste_replica') where "
        "kind = '" +
        kind + "' order by 1");
  }
  static void LookOften(Node& node) {
    std::ofstream(node.ini(), std::ios::app) << "structure_check_period = 0.2\n";
    node.MustLondiste({"-r"});
  }
  static testing::AssertionResult Becomes(Node& node, const std::string& conditions) {
    return test_support::EventuallyEqual(
        20s, [&] { return conditions; }, [&] { return Conditions(node, "structure_differs"); });
  }
};

TEST_F(WorkerDdl, WhatIsNotReplicatedIsToldWithWhatMendsIt) {
  StartRoot();
  const auto leaf = AddLeaf();
  LookOften(*leaf);
  root_->sql().Exec("alter table t alter v set default 'x'");  // harmless
  root_->sql().Exec("alter table t add w int");
  EXPECT_TRUE(Becomes(
      *leaf,
      "public.t|error|table public.t: column \"w\" (integer) is missing here|Either side may be "
      "mended. Here: alter table public.t add column w integer;\n"));
  const auto check = leaf->Londiste({"check"});
  EXPECT_EQ(check.status, 1);
  EXPECT_EQ(check.out,
            "public.t: differs from node1\n"
            "  error: column \"w\" (integer) is missing here\n"
            "      alter table public.t add column w integer;\n"
            "  notice: column \"v\" has no default 'x'::text here\n"
            "      alter table public.t alter column v set default 'x'::text;\n");
  leaf->sql().Exec("alter table public.t add column w integer");
  EXPECT_TRUE(Becomes(*leaf, ""));
  EXPECT_EQ(leaf->Londiste({"check", "t"}).status, 0);
  EXPECT_EQ(leaf->Londiste({"check", "--json"}).out,
            R"({
  "queue_name": "q_teste_replica",
  "node_name": "node2",
  "tables": [
    {
      "table_name": "public.t",
      "dest_table": "public.t",
      "compared_with": "node1",
      "ok": true,
      "reason": null,
      "differences": [
        {
          "severity": "notice",
          "kind": "column",
          "name": "v",
          "message": "column \"v\" has no default 'x'::text here",
          "statement": "alter table public.t alter column v set default 'x'::text"
        }
      ]
    }
  ]
}
)");
  EXPECT_EQ(root_->Londiste({"check"}).status, 1);
  EXPECT_EQ(leaf->Londiste({"check", "public.nothing"}).status, 1);

  // The other side, and nobody asks any more.
  leaf->sql().Exec("alter table t add only_here int not null");
  EXPECT_TRUE(Becomes(
      *leaf,
      "public.t|error|table public.t: column \"only_here\" is only here, and must not be NULL: "
      "rows "
      "cannot be inserted|Either side may be mended. Here: alter table public.t drop column "
      "only_here;\n"));
  EXPECT_EQ(root_->Londiste({"ddl"}).out, "ddl: check\nunsafe: refuse\ngrants: no\n");
  root_->MustLondiste({"ddl", "off"});
  EXPECT_TRUE(Becomes(*leaf, ""));
  EXPECT_EQ(leaf->Londiste({"ddl"}).out, "ddl: off\nunsafe: refuse\ngrants: no\n");
  EXPECT_EQ(root_->Londiste({"ddl", "perhaps"}).status, 2);
  EXPECT_EQ(root_->Londiste({"ddl", "--unsafe=perhaps"}).status, 2);
  const auto refused = root_->Londiste({"ddl", "--tables=public.*,orders"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("--tables: \"orders\" names no schema"), std::string::npos);
  EXPECT_EQ(leaf->Londiste({"ddl", "check"}).status, 1);
}

// Below a branch, too, under another name, with an owner who may do no more than own the table.
TEST_F(WorkerDdl, WhatIsReplicatedComesInItsPlaceAmongTheRows) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  root_->MustLondiste({"ddl", "replicate"});
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
  leaf->sql().Exec(
      "create role only_owner; grant create, usage on schema public to only_owner; alter table t "
      "owner to only_owner; create schema far; grant usage, create on schema far to only_owner; "
      "alter table t set schema far; update "
      "londiste.table_info set dest_table = 'far.t'");
  const auto follows = [&](Node& from, Node& to, const std::string& table) {
    const auto rows = [](Node& node, const std::string& name) {
      return node.sql().Value("select string_agg(t::text, ' ' order by id) from " + name + " t");
    };
    return test_support::EventuallyEqual(
        20s, [&] { return rows(from, "t"); }, [&] { return rows(to, table); });
  };
  root_->sql().Exec(
      "insert into t values (4, 'four'); alter table t add w int not null default 7, add u text;"
      "update t set u = 'u' || id; alter table t rename v to \"V v\"; create index by_v on t (\"V "
      "v\"); insert into t values (5, 'five', 8, 'x'); alter table t alter w type text using (w + "
      "1)::text; alter table t add check (id > 0), alter u set not null; delete from t where id = "
      "2");
  EXPECT_TRUE(follows(*root_, *branch, "t"));
  EXPECT_TRUE(follows(*root_, *leaf, "far.t")) << leaf->Log();
  for (Node* node : {branch.get(), leaf.get()})
    EXPECT_EQ(node->MustLondiste({"check"}).out,
              "public.t" + std::string(node == leaf.get() ? " (far.t)" : "") + ": as on " +
                  (node == leaf.get() ? "node2" : "node1") + "\n");
  EXPECT_NE(root_->sql().Error("alter table t add r float default random()").find("is replicated"),
            std::string::npos);

  // The next root publishes what is done there.
  const auto ticker = test_support::StartPgqd(dir_, subscriber_, "pgqd2");
  root_->MustLondiste({"switchover", "node2"});
  branch->sql().Exec("alter table t drop column w; insert into t values (6, 'six', 'x')");
  EXPECT_TRUE(follows(*branch, *root_, "t"));
  EXPECT_TRUE(follows(*branch, *leaf, "far.t"));
  EXPECT_EQ(Conditions(*leaf, "structure_differs"), "");
}

}  // namespace
}  // namespace e2e
