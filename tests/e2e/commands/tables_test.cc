// add-table, remove-table, resync, add-seq, remove-seq, tables, seqs, missing, as they leave the
// database.
#include "commands_fixture.h"

namespace commands_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandsTables : public CommandsTest {
 protected:
  CommandsTables() {
    root_.CreateRoot();
    leaf_.CreateLeaf(root_);
  }
  void OnBoth(const std::string& sql) {
    root_.sql().Exec(sql);
    leaf_.sql().Exec(sql);
  }
  static std::string State(Node& node, const std::string& table) {
    return node.sql().Text(
        "select local, merge_state from londiste.get_table_list('q') where table_name = '" + table +
        "'");
  }

  Node root_ = MakeNode("node1");
  Node leaf_ = MakeNode("node2");
};

TEST_F(CommandsTables, AddsOnTheRootThenOnTheLeaf) {
  OnBoth("create table t (id int primary key)");
  EXPECT_THAT(root_.MustLondiste({"add-table", "t"}).err, HasSubstr("Table added: public.t"));
  EXPECT_EQ(State(root_, "public.t"), "t|ok\n");
  RunResult leaf = leaf_.MustLondiste({"add-table", "t"});
  EXPECT_THAT(leaf.err, HasSubstr("Table public.t info missing from subscriber, adding"));
  EXPECT_THAT(leaf.err, HasSubstr("Table added: public.t"));
  EXPECT_EQ(State(leaf_, "public.t"), "t|\\N\n");
  EXPECT_EQ(leaf_.sql().Error("delete from t; insert into t values (1)"),
            "Table 'public.t' to queue 'q': change not allowed (I)");

  EXPECT_THAT(leaf_.MustLondiste({"add-table", "t"}).err,
              HasSubstr("Table already added: public.t, state None\n"));
  RunResult other = leaf_.Londiste({"add-table", "t", "--dest-table=other"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("HINT:  Create it here first"));
  leaf_.sql().Exec("create table other (id int primary key)");
  other = leaf_.Londiste({"add-table", "t", "--dest-table=other"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("already added, but with different args: dest_table=public.t"));
  EXPECT_THAT(other.err, HasSubstr("HINT:  Nothing was changed."));
  EXPECT_THAT(root_.MustLondiste({"add-table", "t"}).err,
              HasSubstr("Table already added: public.t, state ok\n"));
}

TEST_F(CommandsTables, SaysWhyANameIsNotAvailable) {
  OnBoth("create schema s; create table s.orders (id int primary key); create sequence q");
  root_.sql().Exec(
      "create view v as select 1; create materialized view mv as select 1; create table par (id "
      "int "
      "primary key) partition by list (id); create table part partition of par default; create "
      "index i on s.orders (id)");
  for (auto [name, reason] : {std::pair{"v", "it is a view"},
                              {"mv", "it is a materialized view"},
                              {"q", "it is a sequence: use add-seq"},
                              {"s.i", "it is an index"},
                              {"part", "it is a partition, replicated with public.par"},
                              {"Orders", "did you mean s.orders?"},
                              {"s.oders", "did you mean s.orders?"},
                              {"nowhere", "this database has no such table"}}) {
    RunResult result = root_.Londiste({"add-table", name});
    EXPECT_EQ(result.status, 1) << name;
    EXPECT_THAT(result.err, HasSubstr(std::string(" not available: ") + reason + "\n")) << name;
  }
  EXPECT_THAT(root_.Londiste({"add-seq", "s.orders"}).err,
              HasSubstr("s.orders not available: it is a table: use add-table\n"));
  EXPECT_THAT(
      leaf_.Londiste({"add-table", "s.orders"}).err,
      HasSubstr("not available: not added on node \"node1\": add-table on that node first\n"));
  EXPECT_THAT(
      leaf_.Londiste({"add-seq", "q"}).err,
      HasSubstr("not available: not added on node \"node1\": add-seq on that node first\n"));
}

TEST_F(CommandsTables, TakesPatternsAndNamesThatNeedQuotes) {
  OnBoth(
      "create table a1 (id int primary key); create table a2 (id int primary key); create table b "
      "(id int primary key);"
      "create schema \"Big Shop\"; create table \"Big Shop\".\"Order\"\"s, sold\" (\"select\" int "
      "primary key)");
  root_.MustLondiste({"add-table", "a*", "Big Shop.Order\"s, sold"});
  EXPECT_EQ(root_.sql().Text("select table_name from londiste.table_info where local order by 1"),
            "Big Shop.Order\"s, sold\npublic.a1\npublic.a2\n");
  leaf_.MustLondiste({"add-table", "--all", "--expect-sync"});
  EXPECT_EQ(leaf_.sql().Text("select distinct merge_state from londiste.table_info where local"),
            "ok\n");
  EXPECT_EQ(leaf_.sql().Value("select count(*) from londiste.table_info where local"), "3");
  EXPECT_THAT(root_.MustLondiste({"add-table", "zzz*"}).err,
              HasSubstr("nothing matches public.zzz*"));
}

TEST_F(CommandsTables, RefusesTablesThatAreMissingOrUnfit) {
  root_.sql().Exec("create table only_root (id int primary key); create table no_key (id int)");
  RunResult result = root_.Londiste({"add-table", "nowhere"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("public.nowhere not available"));
  EXPECT_THAT(result.err, HasSubstr("1 of 1 table was not added: public.nowhere"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  On the root the table must exist"));
  result = root_.Londiste({"add-table", "nowhere", "--force"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Table does not exist: public.nowhere"));
  result = root_.Londiste({"add-table", "no_key"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Primary key missing on table: public.no_key"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  Londiste applies changes by primary key"));

  root_.MustLondiste({"add-table", "only_root"});
  result = leaf_.Londiste({"add-table", "only_root"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Table does not exist: public.only_root"));
  EXPECT_THAT(leaf_.MustLondiste({"add-table", "only_root", "--skip-non-existing"}).err,
              HasSubstr("Table public.only_root does not exist, skipping"));
  leaf_.sql().Exec("create table only_leaf (id int primary key)");
  EXPECT_THAT(leaf_.Londiste({"add-table", "only_leaf"}).err,
              HasSubstr("public.only_leaf not available"));
  EXPECT_EQ(leaf_.sql().Value("select count(*) from londiste.table_info where local"), "0");
}

// What fits is done, the rest is named with its reason.
TEST_F(CommandsTables, DoesWhatFitsAndNamesTheRest) {
  root_.sql().Exec(
      "create table a (id int primary key); create table b_no_key (id int); create table c (id int "
      "primary key); create sequence s1; create sequence s2");
  RunResult result = root_.Londiste({"add-table", "--all"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Primary key missing on table: public.b_no_key"));
  EXPECT_THAT(result.err, HasSubstr("1 of 3 tables was not added: public.b_no_key"));
  EXPECT_EQ(State(root_, "public.a") + State(root_, "public.c"), "t|ok\nt|ok\n");
  root_.sql().Exec("drop table b_no_key");
  EXPECT_THAT(root_.MustLondiste({"add-table", "--all"}).err, HasSubstr("nothing to add"));

  leaf_.sql().Exec("create table c (id int primary key)");
  result = leaf_.Londiste({"add-table", "nowhere", "a", "c"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("public.nowhere not available"));
  EXPECT_THAT(result.err, HasSubstr("Table does not exist: public.a"));
  EXPECT_THAT(result.err, HasSubstr("2 of 3 tables were not added: public.nowhere, public.a"));
  EXPECT_EQ(State(leaf_, "public.c"), "t|\\N\n");
  EXPECT_EQ(leaf_.Londiste({"resync", "nowhere", "c"}).status, 1);

  result = root_.Londiste({"add-seq", "nowhere", "s1", "s2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("1 of 3 sequences was not added: public.nowhere"));
  EXPECT_EQ(root_.sql().Value("select count(*) from londiste.seq_info where local"), "2");
  EXPECT_EQ(root_.Londiste({"remove-seq", "nowhere", "s1"}).status, 1);
  EXPECT_EQ(root_.sql().Value("select count(*) from londiste.seq_info where local"), "1");
  EXPECT_THAT(root_.MustLondiste({"add-seq", "s1"}).err, HasSubstr("Sequence added: public.s1"));
  EXPECT_THAT(root_.MustLondiste({"add-seq", "--all"}).err, HasSubstr("nothing to add"));

  EXPECT_EQ(root_.Londiste({"remove-table", "nowhere", "a"}).status, 1);
  EXPECT_EQ(State(root_, "public.a"), "");
  root_.MustLondiste({"remove-table", "--all"});
  EXPECT_THAT(root_.MustLondiste({"remove-table", "--all"}).err, HasSubstr("nothing to remove"));
}

// Again repairs: what was renamed, recreated, disabled.
TEST_F(CommandsTables, AddingAgainMakesTheTriggersAgain) {
  OnBoth("create table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  leaf_.MustLondiste({"add-table", "t", "--expect-sync"});
  root_.sql().Exec("drop table t; create table t (id int primary key)");
  EXPECT_THAT(root_.MustLondiste({"tables"}).out,
              HasSubstr("table \"public.t\" has no trigger \"_londiste_q\""));
  RunResult result = root_.MustLondiste({"add-table", "t"});
  EXPECT_THAT(result.err, HasSubstr("Table already added: public.t. Triggers made again"));
  EXPECT_THAT(result.err, HasSubstr("run resync public.t on the other nodes"));
  EXPECT_THAT(root_.MustLondiste({"tables"}).out, Not(HasSubstr("trigger")));
  root_.sql().Exec("insert into t values (1)");
  EXPECT_EQ(root_.sql().Value("select count(*) from pgq.event_template where ev_type = 'I:id'"),
            "1");

  leaf_.sql().Exec("drop table t; create table t (id int primary key)");
  EXPECT_THAT(leaf_.MustLondiste({"tables"}).out, HasSubstr("users can change its rows here"));
  leaf_.MustLondiste({"resync", "t"});
  EXPECT_EQ(leaf_.sql().Error("insert into t values (1)"),
            "Table 'public.t' to queue 'q': change not allowed (I)");
  EXPECT_THAT(leaf_.MustLondiste({"tables"}).out, Not(HasSubstr("trigger")));

  root_.sql().Exec("alter table t rename to t2");
  EXPECT_THAT(root_.MustLondiste({"tables"}).out, HasSubstr("it is called \"public.t2\" now"));
  root_.MustLondiste({"remove-table", "t"});
  EXPECT_EQ(root_.sql().Value("select count(*) from pg_trigger where tgrelid = 't2'::regclass"),
            "0");
}

TEST_F(CommandsTables, NamesTheRolesThatCannotPublish) {
  root_.sql().Exec(
      "create table t (id int primary key); create table u (id int primary key);"
      "create role \"Web App\"; create role shop; grant insert on t to \"Web App\"; grant update "
      "on "
      "u to shop");
  RunResult result = root_.MustLondiste({"add-table", "t", "u"});
  EXPECT_THAT(result.err, HasSubstr("permission denied for function insert_event\": \"Web App\", "
                                    "\"shop\""));
  EXPECT_THAT(result.err, HasSubstr("HINT:  grant pgq_writer to \"Web App\", \"shop\";"));
  root_.sql().Exec("grant pgq_writer to \"Web App\", \"shop\"");
  EXPECT_THAT(root_.MustLondiste({"add-table", "t", "u"}).err, Not(HasSubstr("pgq_writer")));
  root_.sql().Exec("drop owned by \"Web App\", shop; drop role \"Web App\", shop");
}

TEST_F(CommandsTables, WarnsOfColumnsThatDiffer) {
  root_.sql().Exec("create table t (id int primary key, a int, b text)");
  leaf_.sql().Exec("create table t (id int primary key, b int, c int not null)");
  root_.MustLondiste({"add-table", "t"});
  RunResult result = leaf_.MustLondiste({"add-table", "t"});
  EXPECT_THAT(result.err, HasSubstr("table \"public.t\": column \"a\" does not exist on this node, "
                                    "its values are not replicated"));
  EXPECT_THAT(result.err,
              HasSubstr("column \"b\" is text on the provider and integer on this node"));
  EXPECT_THAT(result.err,
              HasSubstr("column \"c\" exists only on this node; it is NOT NULL without a default"));
}

TEST_F(CommandsTables, PassesOptionsOn) {
  root_.sql().Exec("create table t (id int primary key); create table u (id int primary key)");
  leaf_.sql().Exec(
      "create schema s; create table s.t2 (id int primary key); create table u (id int primary "
      "key)");
  root_.MustLondiste({"add-table", "t", "--trigger-flags=IU", "--trigger-arg=ignore=x"});
  std::string trigger = root_.sql().Text(
      "select pg_get_triggerdef(oid) from pg_trigger where tgname = '_londiste_q'");
  EXPECT_THAT(trigger, HasSubstr("AFTER INSERT OR UPDATE ON"));
  EXPECT_THAT(trigger, HasSubstr("'ignore=x'"));
  root_.MustLondiste({"add-table", "u", "--no-triggers"});
  EXPECT_EQ(root_.sql().Value("select count(*) from pg_trigger where tgrelid = 'u'::regclass"),
            "0");

  leaf_.MustLondiste({"add-table", "t", "--dest-table=s.t2", "--skip-truncate", "--copy-node=node1",
                      "--max-parallel-copy=3"});
  EXPECT_EQ(
      leaf_.sql().Text(
          "select dest_table, table_attrs from londiste.table_info where table_name = 'public.t'"),
      "s.t2|copy_node=node1&skip_truncate=1&max_parallel_copy=3\n");
  EXPECT_THAT(leaf_.MustLondiste({"tables"}).out,
              HasSubstr("{'copy_node': 'node1', 'skip_truncate': '1', 'max_parallel_copy': '3'}"));
  EXPECT_EQ(leaf_.Londiste({"add-table", "u", "--handler=nonsense"}).status, 1);
  EXPECT_THAT(leaf_.Londiste({"add-table", "u", "--handler=londiste", "--handler-arg=x=1"}).err,
              HasSubstr("Invalid handler argument: ['x=1']"));
  EXPECT_EQ(leaf_.Londiste({"add-table", "t", "u", "--dest-table=x", "--force"}).status, 2);
  EXPECT_EQ(leaf_.Londiste({"add-table", "u", "--copy-node=x", "--find-copy-node"}).status, 2);
  EXPECT_EQ(leaf_.Londiste({"add-table", "u", "--max-parallel-copy=many"}).status, 2);
}

TEST_F(CommandsTables, NeedsTheTableOnTheProvider) {
  Node branch = MakeNode("node3"), below = MakeNode("node4");
  branch.CreateBranch(root_);
  OnBoth("create table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  branch.sql().Exec("select londiste.global_add_table('q', 'public.t')");
  below.CreateLeaf(branch);
  below.sql().Exec("create table t (id int primary key)");
  RunResult result = below.Londiste({"add-table", "t"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.err,
      HasSubstr("Table public.t is not added on node \"node3\": run add-table there first"));
  EXPECT_EQ(State(below, "public.t"), "f|\\N\n");
  below.MustLondiste({"add-table", "t", "--find-copy-node"});
  EXPECT_EQ(State(below, "public.t"), "t|\\N\n");
  EXPECT_EQ(below.sql().Value("select table_attrs from londiste.table_info"), "copy_node=%3f");
  EXPECT_EQ(below.Londiste({"resync", "t"}).status, 1);
  below.MustLondiste({"resync", "t", "--copy-node=node1"});
  EXPECT_EQ(below.sql().Value("select table_attrs from londiste.table_info"), "copy_node=node1");
}

TEST_F(CommandsTables, GivesUpOnALockedTable) {
  root_.sql().Exec("create table t (id int primary key)");
  Sql other(root_.connstr());
  other.Exec("begin; lock table t in row exclusive mode");
  RunResult result = root_.Londiste({"add-table", "t", "--set=lock_timeout=0.1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not lock table \"public.t\" within 100 ms"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  "));
  other.Exec("rollback");
  root_.MustLondiste({"add-table", "t", "--set=lock_timeout=0.1"});
}

TEST_F(CommandsTables, RemovesAndResyncs) {
  OnBoth("create table t (id int primary key); create table u (id int primary key)");
  root_.MustLondiste({"add-table", "t", "u"});
  leaf_.MustLondiste({"add-table", "t", "u", "--expect-sync"});
  leaf_.MustLondiste({"resync", "t"});
  EXPECT_EQ(State(leaf_, "public.t"), "t|\\N\n");
  EXPECT_EQ(State(leaf_, "public.u"), "t|ok\n");
  EXPECT_EQ(leaf_.Londiste({"resync", "nowhere"}).status, 1);
  EXPECT_EQ(root_.Londiste({"resync", "t"}).status, 1);

  leaf_.MustLondiste({"remove-table", "t"});
  EXPECT_EQ(State(leaf_, "public.t"), "f|\\N\n");
  leaf_.sql().Exec("insert into t values (1)");
  EXPECT_THAT(leaf_.MustLondiste({"remove-table", "t"}).err,
              HasSubstr("public.t already processed: it is not replicated to this node"));
  EXPECT_EQ(leaf_.Londiste({"remove-table", "nowhere"}).status, 1);
  root_.MustLondiste({"remove-table", "t"});
  EXPECT_EQ(State(root_, "public.t"), "");
  EXPECT_EQ(root_.sql().Value("select count(*) from pg_trigger where tgrelid = 't'::regclass"),
            "0");
}

// What a copy had taken away and nobody waits for any more.
TEST_F(CommandsTables, RemovingTablesAndNodesBringsForeignKeysBack) {
  OnBoth(
      "create table a (id int primary key); create table b (id int primary key, a int references "
      "a); create table c (id int primary key, b int references b)");
  root_.MustLondiste({"add-table", "a", "b", "c"});
  leaf_.MustLondiste({"add-table", "a", "b", "c"});
  leaf_.sql().Exec("select londiste.drop_table_fkey('public.b', 'b_a_fkey')");
  leaf_.sql().Exec("select londiste.drop_table_fkey('public.c', 'c_b_fkey')");
  const char* keys =
      "select conname, convalidated from pg_constraint where contype = 'f' and "
      "connamespace = 'public'::regnamespace order by 1";
  leaf_.MustLondiste({"remove-table", "a"});
  EXPECT_EQ(leaf_.sql().Text(keys), "") << "b is not copied yet";
  EXPECT_THAT(leaf_.MustLondiste({"remove-table", "b"}).err,
              HasSubstr("restored foreign key b_a_fkey of table public.b"));
  EXPECT_EQ(leaf_.sql().Text(keys), "b_a_fkey|t\n");
  root_.MustLondiste({"drop-node", "node2"});
  EXPECT_EQ(leaf_.sql().Text(keys), "b_a_fkey|t\nc_b_fkey|t\n");
}

TEST_F(CommandsTables, FollowsTheProvidersRegistryButKeepsWhatIsReplicated) {
  OnBoth(
      "create table kept (id int primary key); create table gone (id int primary key); create "
      "table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  leaf_.sql().Exec(
      "select londiste.global_add_table('q', 'public.gone'), londiste.global_add_table('q', "
      "'public.kept')");
  leaf_.sql().Exec("select londiste.local_add_table('q', 'public.kept', '{expect_sync}')");
  RunResult result = leaf_.MustLondiste({"add-table", "t"});
  EXPECT_THAT(result.err, HasSubstr("Table public.gone gone but exists on subscriber, removing"));
  EXPECT_THAT(
      result.err,
      HasSubstr("Table public.kept is replicated to this node, but its provider does not know it"));
  EXPECT_EQ(leaf_.sql().Text("select table_name from londiste.table_info order by 1"),
            "public.kept\npublic.t\n");
}

TEST_F(CommandsTables, Sequences) {
  OnBoth("create sequence s; create sequence \"My Seq\"");
  root_.MustLondiste({"add-seq", "s", "My Seq"});
  EXPECT_EQ(root_.Londiste({"add-seq", "nowhere"}).status, 1);
  EXPECT_THAT(leaf_.MustLondiste({"add-seq", "s"}).err,
              HasSubstr("Sequence public.s info missing from subscriber, adding"));
  EXPECT_GT(std::stoll(leaf_.sql().Value("select last_value from s")), 10000);
  EXPECT_THAT(
      leaf_.MustLondiste({"seqs"}).out,
      testing::StartsWith("Sequences on node\nseq_name         local            last_value\n"));
  EXPECT_THAT(leaf_.MustLondiste({"missing"}).out, HasSubstr("public.My Seq"));
  leaf_.MustLondiste({"remove-seq", "s"});
  EXPECT_EQ(leaf_.MustLondiste({"seqs"}).out, "");
  root_.MustLondiste({"remove-seq", "--all"});
  EXPECT_EQ(root_.sql().Value("select count(*) from londiste.seq_info"), "0");
  EXPECT_EQ(root_.Londiste({"remove-seq", "nowhere"}).status, 1);
}

TEST_F(CommandsTables, Lists) {
  OnBoth("create table a_table_with_a_long_name (id int primary key)");
  EXPECT_EQ(leaf_.MustLondiste({"tables"}).out, "") << "nothing at all without rows";
  EXPECT_THAT(root_.MustLondiste({"missing"}).out, HasSubstr("public.a_table_with_a_long_name"));
  root_.MustLondiste({"add-table", "--all"});
  EXPECT_EQ(root_.MustLondiste({"missing"}).out, "");
  leaf_.MustLondiste({"add-table", "--all"});
  EXPECT_EQ(leaf_.MustLondiste({"tables"}).out,
            "Tables on node\n"
            "table_name                       merge_state      table_attrs\n"
            "-------------------------------  ---------------  ---------------\n"
            "public.a_table_with_a_long_name  None             \n\n\n");
  EXPECT_EQ(leaf_.MustLondiste({"tables", "--names-only"}).out,
            "public.a_table_with_a_long_name\n");
}

TEST_F(CommandsTables, AddTableWakesTheWorker) {
  OnBoth("create table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  Sql watcher(leaf_.connstr());
  watcher.Exec("listen pgq_node_q");
  leaf_.MustLondiste({"add-table", "t"});
  watcher.Exec("select 1");
  PGnotify* notify = PQnotifies(watcher.native());
  ASSERT_NE(notify, nullptr) << "the worker is told at once";
  EXPECT_STREQ(notify->relname, "pgq_node_q");
  PQfreemem(notify);
}

}  // namespace
}  // namespace commands_test
