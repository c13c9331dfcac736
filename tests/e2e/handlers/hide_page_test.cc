// docs/howto/hide-personal-data.md, typed as it stands there.
#include <gmock/gmock.h>

#include "e2e/typed_page.h"
#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Sql;

TEST(HidePage, CanBeTyped) {
  const test_support::TempDir dir;
  test_support::PostgresServer server, analysts;
  server.CreateDatabase("shop");
  analysts.CreateDatabase("analytics");
  Sql shop(server.Connstr("shop")), analytics(analysts.Connstr("analytics"));
  const auto pgqd = test_support::StartPgqd(dir, server, "pgqd_shop"),
             pgqd_analytics = test_support::StartPgqd(dir, analysts, "pgqd_analytics");
  const e2e::TypedPage page(
      dir, "hide-personal-data.md",
      {{"dbname=shop host=shop.example user=postgres", server.Connstr("shop")},
       {"dbname=analytics host=analytics.example user=postgres", analysts.Connstr("analytics")},
       {"/etc/londiste", dir.path()}});
  ASSERT_EQ(page.file_count(), 2u);
  ASSERT_EQ(page.sql().size(), 4u);
  shop.Exec(page.sql()[0]);
  analytics.Exec(page.sql()[1]);
  // Up to the look at what is there; the rest is for later.
  const auto& commands = page.commands();
  ASSERT_EQ(commands.size(), 12u);
  const auto play = [&](std::size_t from, std::size_t to) {
    for (std::size_t at = from; at < to; ++at) {
      page.Play(commands[at]);
      if (testing::Test::HasFatalFailure()) return;
    }
  };
  play(0, 9);
  ASSERT_FALSE(testing::Test::HasFatalFailure()) << page.Logs();

  shop.Exec(
      "insert into customer values (3, 'eva@example.com', '', 'Faro', now(), '{\"theme\": 1, "
      "\"mail\": \"eva@example.com\"}'); update customer set email = 'bea@example.com' where id = "
      "2");
  const std::string rows = "select string_agg(c::text, ' ' order by id) from customer c";
  const std::string ana = "512ce593-5700-4755-31e0-1dc233110e46",
                    bea = "1e8133bd-348a-1174-54dd-c45270ae0876",
                    eva = "fd8d8661-c973-7ad3-556e-d20ae9944246";
  const std::string expected =
      "(1," + ana +
      ",t,Lisboa,\"{\"\"theme\"\": \"\"dark\"\", \"\"address\"\": {\"\"city\"\": "
      "\"\"Lisboa\"\"}}\") (2," +
      bea + ",,Porto,) (3," + eva + ",f,Faro,\"{\"\"theme\"\": 1}\")";
  EXPECT_TRUE(Eventually(30s, "rows are there", [&] { return analytics.Value(rows) == expected; }))
      << analytics.Value(rows) << "\n"
      << page.Logs();
  for (std::size_t check : {2, 3}) EXPECT_EQ(analytics.Value(page.sql()[check]), "0");
  EXPECT_NE(analytics.Value("select count(*) from pgq.event_template where ev_extra1 = "
                            "'public.customer'"),
            "0")
      << "the branch has events of the table";
  EXPECT_EQ(page.Logs().find("@example.com"), std::string::npos) << page.Logs();

  // The city is hidden from now on.
  std::string map = test_support::ReadWholeFile(dir.path() + "/customer.yaml");
  const std::size_t city = map.find("  city: keep\n");
  ASSERT_NE(city, std::string::npos);
  dir.Write("customer.yaml", map.erase(city, 13));
  play(9, 12);
  EXPECT_EQ(analytics.Value("select count(*) || ' ' || count(city) from customer"), "3 0")
      << page.Logs();
}

}  // namespace
