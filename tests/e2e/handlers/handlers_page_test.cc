// docs/handlers.md, typed as it stands there: an example of each handler.
#include <gmock/gmock.h>

#include "e2e/typed_page.h"
#include "support/eventually.h"
#include "support/node_fixture.h"
#include "support/tree.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Sql;

TEST(HandlersPage, CanBeTyped) {
  const test_support::TempDir dir;
  test_support::PostgresServer server;
  for (const char* name : {"shop", "report"}) server.CreateNodeDatabase(name);
  Sql shop(server.Connstr("shop")), report(server.Connstr("report"));
  const auto pgqd = test_support::StartPgqd(dir, server);
  // Where nobody else can write.
  const std::string module = dir.path() + "/mask_handler.so";
  ASSERT_EQ(test_support::Run({"/usr/bin/install", "-m", "644",
                               test_support::BinDir() + "/../examples/mask_handler.so", module})
                .status,
            0);
  const e2e::TypedPage page(
      dir, "../handlers.md",
      {{"/usr/local/lib/londiste/mask_handler.so", module},
       {"/etc/londiste", dir.path()},
       {"dbname=shop host=shop.example user=postgres", server.Connstr("shop")},
       {"dbname=report host=report.example user=postgres", server.Connstr("report")}});
  ASSERT_EQ(page.file_count(), 2u);
  ASSERT_EQ(page.sql().size(), 4u);
  shop.Exec(page.sql()[0]);
  for (const std::string& block : page.sql()) report.Exec(block);
  shop.Exec(
      "insert into country values ('PT', 'Portugal'); insert into price values (1, 10); insert "
      "into sale values (1, '2020-01-01', 5); insert into person values ('a@b', '42', "
      "'{\"theme\": 1, \"street\": 2}'); insert into payment values (1, '5555666677778888', 1)");
  ASSERT_NO_FATAL_FAILURE(page.PlayAll()) << page.Logs();

  shop.Exec(
      "truncate country; insert into country values ('BR', 'Brasil'); insert into message values "
      "(1, 'hello'); insert into internal values (1, 'x'); update price set amount = 11; insert "
      "into account values (1, 'new', '2020-01-01'); insert into visit values (1, 'new'); insert "
      "into sale values (2, '2024-02-03 04:05:06', 7); insert into person values ('c@d', null, "
      "'{\"street\": 2}'); insert into payment values (2, '123', 1), (3, '1111222233334444', 1)");
  const auto shows = [&](const std::string& query, const std::string& expected) {
    EXPECT_TRUE(Eventually(30s, query, [&] { return report.Value(query) == expected; }))
        << report.Value(query) << "\n"
        << page.Logs();
  };
  shows("select string_agg(code, ' ' order by code) from country", "BR PT");
  shows(
      "select string_agg(ev_data, ' ') from pgq.event_template where ev_extra1 = "
      "'public.message'",
      "id=1&body=hello");
  shows("select count(*) from internal", "0");
  shows("select string_agg(article || ' ' || event, ' ') from price_history", "1 U:article");
  shows("select amount from price", "10");
  shows("select owner from account", "new");
  shows("select page from visit", "new");
  shows(
      "select string_agg(tableoid::regclass || ' ' || id || coalesce(amount::text, ''), ' ' "
      "order by id) from sale",
      "sale 1 sale_2024_02 2");
  // hashlib.blake2s(b'42', digest_size=8, key=b'9f2c61d0b7a84e53')
  shows("select string_agg(p::text, ' ' order by email) from person p",
        "(a@b,-5485015678881281132,\"{\"\"theme\"\": 1}\") (c@d,,{})");
  shows("select string_agg(card, ' ' order by id) from payment",
        "************8888 123 ************4444");
  EXPECT_EQ(shop.Value("select count(*) from message"), "0");
  shop.Exec("insert into visit values (2, 'x')");
  shows("select count(*) from visit", "2");
}

}  // namespace
