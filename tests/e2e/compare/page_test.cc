// docs/howto/prove-two-servers-equal.md and mend-a-table.md, typed as they stand there.
#include <gmock/gmock.h>

#include "e2e/typed_page.h"
#include "support/node_fixture.h"

namespace e2e {
namespace {

using test_support::Node;
using testing::HasSubstr;

class ComparePages : public testing::Test {
 protected:
  void SetUp() override {
    provider_.CreateDatabase("shop");
    subscriber_.CreateDatabase("shop_copy");
    node1_ = std::make_unique<Node>(dir_, provider_, "shop", "node1");
    node2_ = std::make_unique<Node>(dir_, subscriber_, "shop_copy", "node2");
    const std::string tables =
        "create table orders (id int primary key, total numeric);"
        "create table customers (id int primary key, name text)";
    node1_->sql().Exec(tables);
    node2_->sql().Exec(tables);
    node1_->CreateRoot();
    node1_->StartWorker();
    pgqd_ = test_support::StartPgqd(dir_, provider_);
    node2_->CreateLeaf(*node1_);
    node2_->StartWorker();
    node1_->sql().Exec(
        "insert into orders select i, i * 1.5 from generate_series(1, 100) i;"
        "insert into customers select i, 'name ' || i from generate_series(1, 20) i");
    node1_->MustLondiste({"add-table", "--all"});
    node2_->MustLondiste({"add-table", "--all"});
    node2_->MustLondiste({"wait-sync"});
  }

  void Spoil() {
    node2_->sql().Exec(
        "begin; set local session_replication_role = replica; delete from customers where id = 17;"
        "insert into customers values (100, 'mine') on conflict do nothing; update customers set "
        "name = 'other' where id "
        "in (4, 5); commit");
  }

  TypedPage Page(const std::string& name) {
    return {dir_,
            name,
            {{"/etc/londiste", dir_.path()},
             {"dbname=shop_copy host=node2.example", node2_->connstr()}}};
  }

  test_support::TempDir dir_;
  test_support::PostgresServer provider_, subscriber_;
  std::unique_ptr<test_support::Process> pgqd_;
  std::unique_ptr<Node> node1_, node2_;
};

TEST_F(ComparePages, ProveTwoServersEqual) {
  const TypedPage page = Page("prove-two-servers-equal.md");
  const auto& commands = page.commands();
  ASSERT_EQ(commands.size(), 6u);
  EXPECT_THAT(page.Shown(commands[0], 0),
              HasSubstr("public.orders: 100 rows, equal to node node1"));
  Spoil();
  EXPECT_THAT(page.Shown(commands[0], 1),
              HasSubstr(": 1 missing, 1 extra, 2 changed\n  missing: id=17\n  extra: id=100\n  "
                        "changed: id=4\n  changed: id=5\n"));
  EXPECT_THAT(page.Shown(commands[1], 1), HasSubstr("\"kind\": \"missing\""));
  EXPECT_THAT(page.Shown(commands[2], 0),
              HasSubstr("table public.customers differs from node node1"));
  page.Shown(commands[3], 1);
  page.Play(commands[4]);
  page.Play(commands[5]);
}

TEST_F(ComparePages, MendATable) {
  const TypedPage page = Page("mend-a-table.md");
  const auto& commands = page.commands();
  ASSERT_EQ(commands.size(), 7u);
  Spoil();
  page.Shown(commands[0], 1);
  page.Play(commands[1]);
  const std::string wrong = "select count(*) from customers where name not like 'name %'";
  EXPECT_EQ(node2_->sql().Value(wrong), "1");
  Spoil();
  page.Shown(commands[2], 1);
  EXPECT_EQ(node2_->sql().Value(wrong), "1");
  page.Play(commands[3]);
  EXPECT_EQ(node2_->sql().Value(wrong), "0");
  for (std::size_t i = 4; i < commands.size(); ++i) page.Play(commands[i]);
}

}  // namespace
}  // namespace e2e
