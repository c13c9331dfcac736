// Handler obfuscate: what is hidden is nowhere below, whatever way the rows come.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

// Every value of a column that is hidden holds the word `secret`, and no other does.
constexpr const char* kTable =
    "create table person (mail text primary key, name text, phone text, born int, data jsonb)";
constexpr const char* kHiddenTable =
    "create table person (mail uuid primary key, name bool, born int, data jsonb)";
constexpr const char* kMap =
    "public.person:\n  mail: hash\n  name: bool\n  born: keep\n  data:\n    plan: keep\n    "
    "phone: hash64\n";

class ObfuscateStory : public WorkerStory {
 protected:
  void StartRootWithPersons(const std::vector<std::string>& trigger_options = {}) {
    StartRoot();
    root_->sql().Exec(kTable);
    std::vector<std::string> words = {"add-table", "person"};
    words.insert(words.end(), trigger_options.begin(), trigger_options.end());
    root_->MustLondiste(words);
    InsertPersons(1, 200);
  }
  void InsertPersons(int from, int to) {
    root_->sql().Exec(
        "insert into person select 'secret-' || i, 'secret ' || i, 'secret ' || i, 1900 + i % 100, "
        "jsonb_build_object('plan', i % 3, 'phone', 'secret' || i, 'notes', array['secret']) from "
        "generate_series(" +
        std::to_string(from) + ", " + std::to_string(to) + ") i");
  }
  std::string WriteMap(const std::string& text = kMap) { return dir_.Write("map.yaml", text); }
  std::string Settings() { return "obfuscator_map = " + WriteMap() + "\nobfuscator_key = k\n"; }
  std::unique_ptr<Node> MakeNode(const std::string& name, const std::string& extra) {
    subscriber_.CreateNodeDatabase(name);
    return std::make_unique<Node>(dir_, subscriber_, name, name, "q_teste_replica", extra);
  }

  // What identifies the rows that must be there: hashed by another way than the one under test is
  // not possible in SQL, so rows are told by what is kept of them.
  std::string Expected() {
    return root_->sql().Text(
        "select count(*), sum(born), sum((data->>'plan')::int), count(distinct mail), "
        "bool_and(name is not null) from person");
  }
  static std::string Shown(Node& node) {
    return node.sql().Text(
        "select count(*), sum(born), sum((data->>'plan')::int), count(distinct mail), "
        "bool_and(name) from person");
  }
  testing::AssertionResult Follows(Node& node) {
    const std::string expected = Expected();
    if (Eventually(60s, "rows are there", [&] { return Shown(node) == expected; }))
      return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "expected " << expected << ", found " << Shown(node) << node.Log();
  }

  static void ExpectNoSecrets(Node& node) {
    EXPECT_EQ(node.sql().Value("select count(*) from person p where p::text like '%secret%'"), "0");
    EXPECT_EQ(
        node.sql().Value("select count(*) from pgq.event_template e where e::text like '%secret%'"),
        "0")
        << node.sql().Text("select e from pgq.event_template e where e::text like '%secret%'");
    EXPECT_EQ(node.sql().Value("select count(*) from londiste.table_info t where t::text like "
                               "'%secret%'"),
              "0");
    EXPECT_EQ(node.Log().find("secret"), std::string::npos) << node.Log();
  }
};

TEST_F(ObfuscateStory, RowsAreHiddenInCopiesInEventsAndOnwards) {
  StartRootWithPersons();
  const auto branch = MakeNode("node2", Settings()), leaf = MakeNode("node3", "");
  for (Node* node : {branch.get(), leaf.get()}) node->sql().Exec(kHiddenTable);
  branch->CreateBranch(*root_);
  branch->StartWorker();
  branch->MustLondiste({"add-table", "person", "--handler=obfuscate"});
  branch->MustLondiste({"wait-sync"});
  leaf->CreateLeaf(*branch);
  leaf->StartWorker();
  leaf->MustLondiste({"add-table", "person"});
  leaf->MustLondiste({"wait-sync"});
  EXPECT_EQ(Shown(*branch), Expected());
  EXPECT_EQ(
      branch->sql().Value("select data - 'phone' from person order by mail limit 1").substr(0, 9),
      "{\"plan\": ");
  // Known from Python: hashlib.blake2s(b'secret-1', digest_size=16, key=b'k').
  EXPECT_EQ(branch->sql().Value("select count(*) from person where mail = "
                                "'bf1fa091-40b6-0806-69bb-2d3c9ddb746a'"),
            "1");

  // A few changes, one by one; many, as a set; keys that change come as SQL.
  root_->sql().Exec("update person set born = born + 1 where mail like 'secret-1%'");
  root_->sql().Exec("delete from person where mail = 'secret-7'");
  InsertPersons(201, 203);
  InsertPersons(1000, 4000);
  root_->sql().Exec("update person set born = 7, data = '{\"plan\": 5}' where mail > 'secret-2'");
  root_->sql().Exec("delete from person where mail > 'secret-35'");
  root_->sql().Exec("update person set mail = 'secret-x' || mail where mail < 'secret-13'");
  for (Node* node : {branch.get(), leaf.get()}) {
    EXPECT_TRUE(Follows(*node));
    ExpectNoSecrets(*node);
  }
  EXPECT_EQ(test_support::TableDigest(leaf->sql(), "person"),
            test_support::TableDigest(branch->sql(), "person"));
  root_->sql().Exec("truncate person");
  for (Node* node : {branch.get(), leaf.get()}) EXPECT_TRUE(Follows(*node));
  EXPECT_THAT(branch->MustLondiste({"status"}).out, testing::Not(HasSubstr("secret")));
}

TEST_F(ObfuscateStory, OldRowsAndCopiesInRangesAreHiddenToo) {
  StartRootWithPersons({"--trigger-arg=backup"});
  const auto branch = MakeNode("node2", Settings() +
                                            "threaded_copy_tables = public.person\n"
                                            "threaded_copy_pool_size = 2\n");
  branch->sql().Exec(kHiddenTable);
  branch->CreateBranch(*root_);
  branch->StartWorker();
  branch->MustLondiste({"add-table", "person", "--handler=obfuscate"});
  branch->MustLondiste({"wait-sync"});
  EXPECT_EQ(Shown(*branch), Expected());
  root_->sql().Exec("update person set born = 1, phone = 'secret new'");
  EXPECT_TRUE(Follows(*branch));
  ExpectNoSecrets(*branch);
  EXPECT_EQ(branch->sql().Value("select count(*) from pgq.event_template where ev_type like 'U%' "
                                "and ev_extra2 like 'mail=%&name=t&born=%&data=%'"),
            "200");
}

class ObfuscateFormat : public ObfuscateStory, public testing::WithParamInterface<const char*> {};

TEST_P(ObfuscateFormat, IsHiddenWhateverTheTriggerWrites) {
  StartRootWithPersons({std::string("--trigger-flags=") + GetParam()});
  const auto branch = MakeNode("node2", Settings());
  branch->sql().Exec(kHiddenTable);
  branch->CreateBranch(*root_);
  branch->StartWorker();
  branch->MustLondiste({"add-table", "person", "--handler=obfuscate"});
  branch->MustLondiste({"wait-sync"});
  InsertPersons(300, 310);
  for (const char* change :
       {"update person set born = 3, name = null where mail = 'secret-301'",
        "update person set name = '' where mail = 'secret-301'",
        "update person set mail = 'secret-new' where mail = 'secret-302'",
        "update person set phone = 'secret' where mail = 'secret-304'",
        "delete from person where mail = 'secret-303'", "insert into person values ('secret-null')",
        "update person set name = 'secret'"})
    root_->sql().Exec(change);
  EXPECT_TRUE(Follows(*branch));
  ExpectNoSecrets(*branch);
}

INSTANTIATE_TEST_SUITE_P(Flags, ObfuscateFormat, testing::Values("Q", "J"),
                         [](const auto& flag) { return std::string(flag.param); });

TEST_F(ObfuscateStory, AReloadReadsTheFileAnewAndABrokenOneIsRefused) {
  StartRootWithPersons();
  const auto leaf = MakeNode("node2", Settings());
  leaf->sql().Exec(kHiddenTable);
  leaf->CreateLeaf(*root_);
  leaf->StartWorker();
  leaf->MustLondiste({"add-table", "person", "--handler=obfuscate"});
  leaf->MustLondiste({"wait-sync"});
  WriteMap("public.person:\n  mail: hash\n  name: bool\n  born: kep\n");
  leaf->worker().Signal(SIGHUP);
  EXPECT_TRUE(Eventually(30s, "the reload is refused", [&] {
    return leaf->Log().find(
               "map.yaml:4: table \"public.person\", column \"born\": there is no "
               "\"kep\"") != std::string::npos;
  })) << leaf->Log();
  root_->sql().Exec("update person set born = 1");
  EXPECT_TRUE(Follows(*leaf)) << "by the old file";
  // Now the year is hidden, too.
  WriteMap("public.person:\n  mail: hash\n  name: bool\n  data: {plan: keep}\n");
  leaf->worker().Signal(SIGHUP);
  EXPECT_TRUE(Eventually(30s, "the reload is done",
                         [&] { return leaf->Log().find("Config reloaded") != std::string::npos; }));
  InsertPersons(500, 501);
  EXPECT_TRUE(Eventually(30s, "rows without a year", [&] {
    return leaf->sql().Value("select count(*) from person where born is null") == "2";
  })) << leaf->Log();
  EXPECT_EQ(leaf->sql().Value("select count(*) from person where born = 1"), "200");
  // The key is hidden: the table waits, and goes on when the file is mended.
  WriteMap("public.person:\n  born: keep\n");
  leaf->worker().Signal(SIGHUP);
  const auto condition = [&] {
    return leaf->sql().Value("select count(*) from pgq.condition where kind = 'handler_unusable'");
  };
  EXPECT_TRUE(Eventually(30s, "a condition", [&] { return condition() == "1"; })) << leaf->Log();
  EXPECT_THAT(leaf->MustLondiste({"status"}).out,
              HasSubstr("column \"mail\" of the primary key of table public.person is not kept or "
                        "hashed"));
  InsertPersons(502, 503);
  WriteMap();
  leaf->worker().Signal(SIGHUP);
  EXPECT_TRUE(Eventually(60s, "all goes on", [&] {
    return leaf->sql().Value("select count(*) from person") == "204" && condition() == "0";
  })) << leaf->Log();
}

TEST_F(ObfuscateStory, IsRefusedWhereItCannotWork) {
  StartRootWithPersons();
  const auto leaf = MakeNode("node2", "");
  leaf->sql().Exec(kHiddenTable);
  leaf->CreateLeaf(*root_);
  const std::vector<std::string> add = {"add-table", "person", "--handler=obfuscate"};
  EXPECT_THAT(leaf->Londiste(add).err,
              HasSubstr("handler \"obfuscate\" needs setting obfuscator_map"));
  const auto with = [&](const std::string& map, const std::string& more = "") {
    const Node same(dir_, subscriber_, "node2", "node2", "q_teste_replica",
                    "obfuscator_map = " + dir_.Write("other.yaml", map) + "\n" + more);
    const auto result = same.Londiste(add);
    EXPECT_EQ(result.status, 1);
    return result.err;
  };
  EXPECT_THAT(with("other: {id: keep}\n"),
              testing::AllOf(HasSubstr("table public.person is not in file"),
                             HasSubstr("its hashes can be undone by guessing")));
  EXPECT_THAT(with("person: {name: keep}\n"), HasSubstr("column \"mail\" of the primary key"));
  EXPECT_THAT(with("person: {mail: bool}\n"), HasSubstr("column \"mail\" of the primary key"));
  EXPECT_THAT(with("person: {mail: hash, mail: keep}\n"), HasSubstr("other.yaml:1: table"));
  EXPECT_THAT(
      with("person: {mail: hash}\n", "obfuscator_key = 123456789012345678901234567890123\n"),
      HasSubstr("obfuscator_key has 33 bytes"));
  EXPECT_EQ(leaf->sql().Value("select count(*) from londiste.table_info where local"), "0");
}

class ObfuscateKill : public ObfuscateStory, public testing::WithParamInterface<const char*> {};

TEST_P(ObfuscateKill, NothingIsHalfHidden) {
  StartRootWithPersons();
  const auto branch = MakeNode("node2", Settings());
  branch->sql().Exec(kHiddenTable);
  branch->CreateBranch(*root_);
  const bool in_copy = std::string(GetParam()).starts_with("copy_");
  const std::map<std::string, std::string> killed = {
      {"SKYTOOLS_FAILPOINT", std::string(GetParam()) + "=kill"}};
  branch->MustLondiste({"add-table", "person", "--handler=obfuscate"});
  if (!in_copy) {
    branch->StartWorker();
    branch->MustLondiste({"wait-sync"});
    branch->StopWorker();
    InsertPersons(1000, 2000);
    root_->sql().Exec("update person set born = 2");
  }
  branch->StartWorker(killed);
  ASSERT_EQ(branch->worker().Wait(60s), 128 + SIGKILL) << "the failpoint was not reached";
  ExpectNoSecrets(*branch);
  branch->StartWorker();
  branch->MustLondiste({"wait-sync"});
  EXPECT_TRUE(Follows(*branch));
  ExpectNoSecrets(*branch);
}

INSTANTIATE_TEST_SUITE_P(Failpoints, ObfuscateKill,
                         testing::Values("copy_mid_data", "copy_after_data", "copy_after_commit",
                                         "batch_before_set_completed", "batch_before_commit",
                                         "batch_after_commit"),
                         [](const auto& point) { return std::string(point.param); });

}  // namespace
}  // namespace e2e
