// docs/howto/split-database.md, typed as it stands there.
#include <gmock/gmock.h>

#include "e2e/typed_page.h"
#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Sql;

TEST(SplitPage, CanBeTyped) {
  const test_support::TempDir dir;
  test_support::PostgresServer old, halves;
  old.CreateDatabase("shop");
  for (const char* name : {"half0", "half1"}) halves.CreateDatabase(name);
  Sql shop(old.Connstr("shop")), half0(halves.Connstr("half0")), half1(halves.Connstr("half1"));
  const auto pgqd_old = test_support::StartPgqd(dir, old, "pgqd_old");
  const auto pgqd_halves = test_support::StartPgqd(dir, halves, "pgqd_halves");
  for (Sql* sql : {&shop, &half0, &half1})
    sql->Exec(
        "create table customer (id int primary key, v text); create table purchase (customer int, "
        "nr int, v text, primary key (customer, nr)); create table country (code text primary "
        "key)");
  shop.Exec(
      "insert into customer select i, 'old' from generate_series(1, 1000) i; insert into purchase "
      "select i, n, 'old' from generate_series(1, 1000) i, generate_series(1, 2) n; insert into "
      "country values ('PT')");
  const e2e::TypedPage page(
      dir, "split-database.md",
      {{"dbname=shop host=shop.example user=postgres", old.Connstr("shop")},
       {"dbname=half0 host=half.example user=postgres", halves.Connstr("half0")},
       {"dbname=half1 host=half.example user=postgres", halves.Connstr("half1")}});
  ASSERT_EQ(page.file_count(), 3u);
  ASSERT_EQ(page.sql().size(), 3u);
  shop.Exec(page.sql()[0]);
  half0.Exec(page.sql()[1]);
  half1.Exec(page.sql()[2]);
  ASSERT_NO_FATAL_FAILURE(page.PlayAll()) << page.Logs();

  // A few changes, which are applied one by one, and many, which are applied as a set.
  shop.Exec("update customer set v = 'new' where id <= 10; delete from customer where id = 11");
  shop.Exec(
      "insert into purchase select i, 3, 'new' from generate_series(1, 1000) i; update purchase "
      "set v = 'changed' where nr = 1; delete from purchase where nr = 2 and customer > 500");
  shop.Exec("insert into country values ('BR')");
  for (int half : {0, 1}) {
    Sql& sql = half == 0 ? half0 : half1;
    for (const std::string table : {"customer", "purchase"}) {
      const std::string key = table == "customer" ? "id" : "customer";
      const std::string digest =
          "select count(*) || ' ' || md5(string_agg(t::text, ',' order by "
          "t::text)) from " +
          table + " t";
      const std::string expected =
          shop.Value(digest + " where hashint4(" + key + ") & 1 = " + std::to_string(half));
      EXPECT_TRUE(Eventually(60s, table + " holds its half", [&] {
        return sql.Value(digest) == expected;
      })) << page.Logs();
    }
    EXPECT_TRUE(Eventually(30s, "the whole table is there",
                           [&] { return sql.Value("select count(*) from country") == "2"; }));
  }
  shop.Exec("truncate purchase");
  for (Sql* sql : {&half0, &half1})
    EXPECT_TRUE(Eventually(30s, "both halves are empty",
                           [&] { return sql->Value("select count(*) from purchase") == "0"; }));
}

}  // namespace
