// docs/reference/rights.md as it is written: pgqd, the workers and an application under ordinary
// roles.
#include <gtest/gtest.h>

#include <sstream>

#include "support/eventually.h"
#include "support/node_fixture.h"
#include "support/tree.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using test_support::PostgresServer;
using test_support::Sql;

// The SQL statements (indented lines that end in a semicolon) between two texts of the page.
std::string Statements(const std::string& from, const std::string& to) {
  const std::string page =
      test_support::ReadWholeFile(test_support::SourceDir() + "/docs/reference/rights.md");
  const std::size_t start = page.find(from);
  std::istringstream part(page.substr(start, page.find(to, start) - start));
  std::string statements;
  for (std::string line; std::getline(part, line);)
    if (line.starts_with("    ") && line.ends_with(";")) statements += line + "\n";
  return statements;
}

std::string As(std::string connstr, const std::string& role) {
  const std::string user = "user=postgres";
  return connstr.replace(connstr.find(user), user.size(), "user=" + role);
}

TEST(RightsPage, NobodyNeedsToBeSuperuser) {
  test_support::TempDir dir;
  PostgresServer provider, subscriber;
  provider.CreateDatabase("shop");
  subscriber.CreateDatabase("shop");
  Node root(dir, provider, "shop", "node1"), leaf(dir, subscriber, "shop", "node2");
  root.CreateRoot();
  leaf.CreateLeaf(root);
  const std::string table =
      "create role shop; create table public.orders (id int primary key, what text, unique (what));"
      "alter table public.orders owner to shop";
  for (Node* node : {&root, &leaf}) node->sql().Exec(table);
  root.sql().Exec(
      "create role app login; grant select, insert, update, delete, truncate on orders to app;"
      "create role londiste login; grant londiste_writer to londiste;" +
      Statements("On the provider, as a superuser", "On the subscriber:"));
  leaf.sql().Exec(Statements("On the subscriber:", "`shop` stands for"));
  root.MustLondiste({"add-table", "orders"});
  root.sql().Exec(Statements("## Applications", "## What we do not trust"));
  leaf.MustLondiste({"add-table", "orders"});

  // The daemons' files name the roles.
  const auto daemon_ini = [&](const Node& node, const std::string& more) {
    return dir.Write(node.name() + "_daemon.ini",
                     "[londiste]\njob_name = " + node.name() +
                         "_worker\ndb = " + As(node.connstr(), "londiste") +
                         "\nqueue_name = q_teste_replica\nlogfile = " + dir.path() + "/" +
                         node.name() + "_daemon.log\n" + more);
  };
  const std::string base = As(provider.Connstr("x"), "pgqd");
  test_support::Process pgqd(
      {"pgqd", dir.Write("pgqd.ini", "[pgqd]\nsyslog = 0\nbase_connstr = " +
                                         base.substr(0, base.find(" dbname=")) +
                                         "\nlogfile = " + dir.path() + "/pgqd.log\n")});
  test_support::Process root_worker({"londiste", daemon_ini(root, ""), "worker"});
  test_support::Process leaf_worker(
      {"londiste", daemon_ini(leaf, "remote_extra_connstr = user=londiste_remote\n"), "worker"});

  Sql app(As(root.connstr(), "app"));
  app.Exec("insert into orders select i, 'order ' || i from generate_series(1, 500) i");
  const auto equal = [&] {
    return test_support::EventuallyEqual(
        60s, [&] { return test_support::TableDigest(root.sql(), "orders"); },
        [&] { return test_support::TableDigest(leaf.sql(), "orders"); });
  };
  EXPECT_TRUE(equal()) << test_support::ReadWholeFile(dir.path() + "/node2_daemon.log");
  EXPECT_TRUE(Eventually(60s, "in sync", [&] {
    return leaf.sql().Value("select merge_state from londiste.table_info") == "ok";
  })) << test_support::ReadWholeFile(dir.path() + "/node2_daemon.log");
  app.Exec("update orders set what = 'changed' where id = 1; delete from orders where id > 400");
  EXPECT_TRUE(equal());
  app.Exec("truncate orders; insert into orders values (1, 'new')");
  EXPECT_TRUE(equal());
  EXPECT_EQ(leaf.sql().Value("select count(*) from pg_index where indrelid = 'orders'::regclass"),
            "2");
  EXPECT_EQ(leaf.sql().Text("select kind, message from pgq.condition"), "");
  EXPECT_EQ(root.sql().Text("select kind, message from pgq.condition"), "");
}

}  // namespace
