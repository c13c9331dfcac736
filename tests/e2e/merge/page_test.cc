// docs/howto/merge-databases.md, typed as it stands there: its files, its table, its commands.
#include <gmock/gmock.h>

#include "e2e/typed_page.h"
#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::PostgresServer;
using test_support::Sql;
using testing::HasSubstr;

TEST(MergePage, CanBeTyped) {
  const test_support::TempDir dir;
  PostgresServer shops, warehouses;
  for (const char* name : {"north", "south"}) shops.CreateDatabase(name);
  for (const char* name : {"first", "second"}) warehouses.CreateDatabase(name);
  Sql north(shops.Connstr("north")), south(shops.Connstr("south")),
      first(warehouses.Connstr("first")), second(warehouses.Connstr("second"));
  const auto pgqd_shops = test_support::StartPgqd(dir, shops, "pgqd_shops");
  const auto pgqd_warehouses = test_support::StartPgqd(dir, warehouses, "pgqd_warehouses");
  const e2e::TypedPage page(
      dir, "merge-databases.md",
      {{"dbname=shop host=north.example user=postgres", shops.Connstr("north")},
       {"dbname=shop host=south.example user=postgres", shops.Connstr("south")},
       {"dbname=warehouse host=warehouse.example user=postgres", warehouses.Connstr("first")},
       {"dbname=warehouse host=second.example user=postgres", warehouses.Connstr("second")}});
  ASSERT_EQ(page.file_count(), 8u);
  ASSERT_EQ(page.sql().size(), 1u);
  for (Sql* sql : {&north, &south, &first, &second}) sql->Exec(page.sql()[0]);
  north.Exec("insert into pedido select 'north', i, i from generate_series(1, 100) i");
  south.Exec("insert into pedido select 'south', i, i from generate_series(1, 100) i");
  const auto down = std::ranges::find(page.commands(), "londiste3 -s all2_north.ini");
  ASSERT_NE(down, page.commands().end());
  for (auto command = page.commands().begin(); command != down; ++command)
    ASSERT_NO_FATAL_FAILURE(page.Play(*command)) << page.Logs();

  north.Exec("update pedido set total = 0 where id = 7");
  south.Exec("delete from pedido where id = 8");
  for (Sql* sql : {&first, &second})
    EXPECT_TRUE(Eventually(60s, "all rows are there", [&] {
      return sql->Value("select count(*) || ' ' || sum(total) from pedido") == "199 10085";
    })) << page.Logs();
  EXPECT_THAT(first.Error("delete from pedido"), HasSubstr("change not allowed (D)"));

  for (auto command = down; command != page.commands().end(); ++command)
    ASSERT_NO_FATAL_FAILURE(page.Play(*command));
  for (Sql* sql : {&north, &south, &first, &second})
    EXPECT_EQ(sql->Value("select count(*) from pgq_node.node_info"), "0");
}

}  // namespace
