// docs/howto/load-tables-from-a-queue.md, typed as it stands there.
#include <gtest/gtest.h>

#include "e2e/typed_page.h"
#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using test_support::PostgresServer;
using test_support::Sql;

TEST(QueueLoaderPage, CanBeTyped) {
  const test_support::TempDir dir;
  PostgresServer server;
  server.CreateDatabase("shop");
  server.CreateDatabase("warehouse");
  Sql shop(server.Connstr("shop")), warehouse(server.Connstr("warehouse"));
  const auto pgqd = test_support::StartPgqd(dir, server, "pgqd");
  const e2e::TypedPage page(
      dir, "load-tables-from-a-queue.md",
      {{"dbname=shop host=shop.example user=postgres", server.Connstr("shop")},
       {"dbname=warehouse host=warehouse.example user=postgres", server.Connstr("warehouse")}});
  ASSERT_EQ(page.file_count(), 2u);
  ASSERT_EQ(page.sql().size(), 3u);
  const auto& commands = page.commands();
  ASSERT_EQ(commands.size(), 6u);
  shop.Exec(page.sql()[0]);
  warehouse.Exec(page.sql()[1]);
  for (int n = 0; n < 4; ++n) ASSERT_NO_FATAL_FAILURE(page.Play(commands[n])) << page.Logs();
  shop.Exec(page.sql()[2]);
  ASSERT_NO_FATAL_FAILURE(page.Play(commands[4])) << page.Logs();
  EXPECT_EQ(warehouse.Text("select id, page from visit_2026_01"), "1|/\n") << page.Logs();
  EXPECT_EQ(warehouse.Text("select id, page from visit_2026_02"), "2|/help\n");
  EXPECT_EQ(warehouse.Value("select count(*) from visit"), "2");
  page.Play(commands[5]);
}

}  // namespace
