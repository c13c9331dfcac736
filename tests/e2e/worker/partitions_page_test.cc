// docs/howto/load-a-partitioned-warehouse.md, typed as it stands there.
#include <gtest/gtest.h>

#include "e2e/typed_page.h"
#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::EventuallyEqual;
using test_support::PostgresServer;
using test_support::Sql;

TEST(PartitionsPage, CanBeTyped) {
  const test_support::TempDir dir;
  PostgresServer shops, others;
  shops.CreateDatabase("shop");
  for (const char* name : {"report", "warehouse"}) others.CreateDatabase(name);
  Sql shop(shops.Connstr("shop")), report(others.Connstr("report")),
      warehouse(others.Connstr("warehouse"));
  const auto pgqd_shop = test_support::StartPgqd(dir, shops, "pgqd_shop");
  const auto pgqd_others = test_support::StartPgqd(dir, others, "pgqd_others");
  const e2e::TypedPage page(
      dir, "load-a-partitioned-warehouse.md",
      {{"dbname=shop host=shop.example user=postgres", shops.Connstr("shop")},
       {"dbname=report host=report.example user=postgres", others.Connstr("report")},
       {"dbname=warehouse host=warehouse.example user=postgres", others.Connstr("warehouse")}});
  ASSERT_EQ(page.file_count(), 3u);
  ASSERT_EQ(page.sql().size(), 4u);
  const auto& commands = page.commands();
  ASSERT_EQ(commands.size(), 14u);
  const auto months = [](Sql& sql) {
    return sql.Text(
        "select date_trunc('month', at)::date, count(*), sum(amount) from sale group by 1 order by "
        "1");
  };
  const std::string january = "2026-01-01|100|1000\n", february = "2026-02-01|2000|40000\n";

  shop.Exec(page.sql()[0]);
  report.Exec(page.sql()[1]);
  for (int n = 0; n < 10; ++n) ASSERT_NO_FATAL_FAILURE(page.Play(commands[n])) << page.Logs();
  EXPECT_EQ(months(report), january);
  EXPECT_EQ(months(warehouse), january);

  shop.Exec(page.sql()[2]);
  for (int n = 10; n < 12; ++n) ASSERT_NO_FATAL_FAILURE(page.Play(commands[n])) << page.Logs();
  EXPECT_EQ(months(report), january + february);
  EXPECT_EQ(months(warehouse), january + february);
  EXPECT_EQ(warehouse.Value("select count(*) from sale_2026_02"), "2000");

  shop.Exec(page.sql()[3]);
  for (int n = 12; n < 14; ++n) ASSERT_NO_FATAL_FAILURE(page.Play(commands[n])) << page.Logs();
  EXPECT_EQ(months(report), february);
  EXPECT_EQ(months(warehouse), january + february);
  for (Sql* sql : {&shop, &report, &warehouse})
    EXPECT_EQ(sql->Text("select kind, subject from pgq.get_conditions('sales')"), "");

  // Truncated and dropped ones stay there, too; what comes behind them is replicated.
  shop.Exec("truncate sale_2026_02; insert into sale values (5000, '2026-02-20', 1)");
  EXPECT_TRUE(EventuallyEqual(
      30s, [&] { return months(shop); }, [&] { return months(report); }))
      << page.Logs();
  EXPECT_TRUE(EventuallyEqual(
      30s, [&] { return january + "2026-02-01|2001|40001\n"; }, [&] { return months(warehouse); }));
  shop.Exec("drop table sale_2026_02");
  EXPECT_TRUE(EventuallyEqual(
      30s, [&] { return std::string(); }, [&] { return months(report); }))
      << page.Logs();
  for (const char* node : {"report", "warehouse"})
    page.Play(std::string("londiste3 ") + node + ".ini wait-root");
  EXPECT_EQ(months(warehouse), january + "2026-02-01|2001|40001\n");
}

}  // namespace
