// execute on the root, as it leaves the database; no worker runs.
#include "commands_fixture.h"
#include "support/tree.h"

namespace commands_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandsExecute : public CommandsTest {
 protected:
  CommandsExecute() {
    root_.CreateRoot();
    root_.sql().Exec("create table t (id int primary key, v text)");
    root_.MustLondiste({"add-table", "t"});
    Events();
  }
  RunResult Execute(const std::string& name, const std::string& script,
                    std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"execute", dir_.Write(name, script)});
    return root_.Londiste(options);
  }
  RunResult ExecuteStopped(const std::string& name, const std::string& script,
                           const std::string& failpoint) {
    return test_support::Run({"londiste", root_.ini(), "execute", dir_.Write(name, script)},
                             {.environment = {{"SKYTOOLS_FAILPOINT", failpoint}}, .directory = ""});
  }
  // Those since the last call.
  std::string Events() {
    const std::string text = root_.sql().Text(
        "select ev_type, ev_extra1, ev_extra2 from pgq.event_template where ev_id > " + seen_ +
        " and (ev_type = 'EXECUTE' or ev_type like 'I%') order by ev_id");
    seen_ = root_.sql().Value("select coalesce(max(ev_id), 0) from pgq.event_template");
    return text;
  }
  std::string Columns() {
    return root_.sql().Value(
        "select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = "
        "'t'::regclass and attnum > 0 and not attisdropped");
  }
  std::string Indexes() {
    return root_.sql().Value(
        "select string_agg(c.relname || case when i.indisvalid then '' else ' (invalid)' end, ',' "
        "order by c.relname) from pg_index i join pg_class c on c.oid = indexrelid where indrelid "
        "= 't'::regclass");
  }
  std::string Progress() {
    return root_.sql().Text(
        "select execute_file, statement_nr, running, sent from londiste.execute_progress");
  }

  Node root_ = MakeNode("node1");
  std::string seen_ = "0";
};

TEST_F(CommandsExecute, RunsAllFilesInOneTransactionOnce) {
  const std::string first = dir_.Write(
      "001.sql",
      "-- adds a column\n--*-- Local-Table: t\nalter table @t@ add w int;\ncopy @t@ from stdin;\n"
      "1\tone\t11\n2\ttwo\t22\n\\.\ninsert into t values (3, 'c:\\', 33); set role pg_monitor;");
  const std::string second = dir_.Write("002.sql", "insert into t values (4, 'four', 44);");
  RunResult done = root_.MustLondiste({"execute", first, second});
  EXPECT_THAT(done.err, HasSubstr("Executed '001.sql'"));
  EXPECT_EQ(root_.sql().Text("select * from t order by id"),
            "1|one|11\n2|two|22\n3|c:\\|33\n4|four|44\n");
  EXPECT_EQ(Events(),
            "EXECUTE|001.sql|local-table=t\nEXECUTE|002.sql|\\N\n");  // the rows come with them
  done = root_.MustLondiste({"execute", first, second});
  EXPECT_THAT(done.err, HasSubstr("Skipping execution of '001.sql'"));
  EXPECT_THAT(done.err, HasSubstr("Skipping execution of '002.sql'"));
  EXPECT_EQ(Events(), "");

  // A script on the standard input has the name that it is given.
  const std::string command = std::string("exec \"$0\" \"$@\" < ") +
                              dir_.Write("003", "alter table t drop w; alter table t add x int");
  done = test_support::Run({"/bin/sh", "-c", command, test_support::BinDir() + "/londiste",
                            root_.ini(), "execute", "--name=003.sql", "-"});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(Events(), "EXECUTE|003.sql|\\N\n");
  EXPECT_EQ(Columns(), "id,v,x");
}

TEST_F(CommandsExecute, AFailureChangesNothing) {
  const std::string good = dir_.Write("good.sql", "alter table t add w int");
  const auto fails = [&](const std::string& script) {
    RunResult result = root_.Londiste({"execute", good, dir_.Write("bad.sql", script)});
    EXPECT_EQ(result.status, 1) << script;
    EXPECT_EQ(Columns(), "id,v") << script;
    EXPECT_EQ(Events(), "") << script;
    return result.err;
  };
  EXPECT_THAT(
      fails("select 1;\n\ninsert into t values (1, 2, 3, 4);"),
      HasSubstr("could not execute \"bad.sql\", statement 2 at line 3 (insert into t values "
                "(1, 2, 3, 4)): INSERT has more expressions than target columns (SQLSTATE "
                "42601)"));
  EXPECT_THAT(fails("select 1;\n\\connect other"), HasSubstr("\"\\connect\" at line 2"));
  EXPECT_THAT(fails("select 1; commit"), HasSubstr("cannot begin or end one"));
  EXPECT_THAT(fails("alter system set work_mem = 1"), HasSubstr("about the whole server"));
  EXPECT_THAT(fails("--*-- Locl-Table: t\nselect 1"), HasSubstr("Invalid key: Locl-Table"));
  EXPECT_THAT(fails("--*-- Need-Table: t, nowhere\nselect 1"),
              HasSubstr("SQL only partially matches local setup: matches=[t] misses=[nowhere]"));

  test_support::Sql other(root_.connstr());
  other.Exec("begin; lock table t");
  RunResult result = root_.Londiste({"execute", good, "--set", "lock_timeout=0.2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("canceling statement due to lock timeout (SQLSTATE 55P03)"));
  EXPECT_THAT(result.err, HasSubstr("HINT:"));
  other.Exec("rollback");
  EXPECT_EQ(Columns(), "id,v");

  result = root_.Londiste({"execute", "/nowhere/x.sql"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("could not open \"/nowhere/x.sql\": No such file or directory"));
  EXPECT_EQ(root_.Londiste({"execute"}).status, 2);
  EXPECT_EQ(root_.Londiste({"execute", "-"}).status, 2);
  EXPECT_EQ(root_.Londiste({"execute", "--skip", "--force", "x"}).status, 2);
  result = root_.Londiste({"execute", "--skip", "x.sql"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("script \"x.sql\" has not stopped this node"));

  // What names nothing here is for other nodes.
  result = Execute("others.sql", "--*-- Need-Table: nowhere\nalter table nowhere add x int");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("'others.sql' does not run on this node"));
  EXPECT_EQ(Events(), "EXECUTE|others.sql|need-table=nowhere\n");
}

TEST_F(CommandsExecute, OnlyTheRootTakesScriptsAndDryRunAsksAll) {
  Node leaf = MakeNode("node2"), gone = MakeNode("node3");
  leaf.CreateLeaf(root_);
  gone.CreateLeaf(root_);
  const std::string script =
      dir_.Write("a.sql", "--*-- Need-Table: here\nalter table here add x int;\nvacuum here;");
  RunResult result = leaf.Londiste({"execute", script});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Node is not root node: q"));
  EXPECT_THAT(result.err, HasSubstr("HINT:"));

  root_.sql().Exec("create table here (id int)");
  gone.DropSession();
  server().DropDatabase(gone.database());
  const auto plan = [&](const std::string& path) {
    result = root_.Londiste({"execute", "--dry-run", "--json", script});
    EXPECT_EQ(result.status, 0) << result.err;
    return root_.sql().Value("select $json$" + result.out + "$json$::jsonb #>> '{scripts,0," +
                             path + "}'");
  };
  EXPECT_EQ(plan("name"), "a.sql");
  EXPECT_EQ(plan("cuts"), R"(["statement 2 at line 3 (vacuum here) runs outside a transaction"])");
  EXPECT_EQ(plan("nodes,0,verdict"), "run");
  EXPECT_EQ(plan("nodes,1,verdict"), "skip");
  EXPECT_EQ(plan("nodes,1,node_type"), "leaf");
  EXPECT_EQ(plan("nodes,2,verdict"), "unreachable");
  EXPECT_THAT(plan("nodes,2,detail"), HasSubstr("does not exist"));
  EXPECT_EQ(Events(), "");
  root_.MustLondiste({"execute", script});
  leaf.sql().Exec("create table here (id int)");
  EXPECT_EQ(plan("nodes,0,verdict"), "applied");
  EXPECT_EQ(plan("nodes,1,verdict"), "run");
  EXPECT_THAT(root_.MustLondiste({"execute", "--dry-run", script}).out,
              HasSubstr("a.sql\n  statement 2 at line 3 (vacuum here) runs outside a transaction\n"
                        "  node1  applied\n  node2  run\n  node3  unreachable: "));
}

TEST_F(CommandsExecute, RunsInPiecesWhatBearsNoTransaction) {
  root_.sql().Exec("create type color as enum ('red'); insert into t values (1, 'a'), (2, 'a')");
  Events();
  RunResult result =
      Execute("pieces.sql",
              "set search_path = public, pg_catalog; set session authorization postgres; create "
              "index concurrently t_v on t (v); "
              "alter type color add value 'pink'; create table colored (c color default 'pink');"
              "insert into colored values (default); vacuum colored; reindex table concurrently t;"
              "drop index concurrently t_v; alter table t add w int;");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(root_.sql().Text("select * from public.colored"), "pink\n");
  EXPECT_EQ(Columns(), "id,v,w");
  EXPECT_EQ(Indexes(), "t_pkey");
  EXPECT_EQ(Events(), "EXECUTE|pieces.sql|\\N\n");
  EXPECT_EQ(Progress(), "");
  EXPECT_THAT(Execute("pieces.sql", "vacuum t").err,
              HasSubstr("Skipping execution of 'pieces.sql'"));

  // Nothing is left of an index that cannot be built, and nothing goes on the queue.
  result = Execute("unique.sql", "create unique index concurrently t_v on t (v)");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not create unique index \"t_v\" (SQLSTATE 23505)"));
  EXPECT_EQ(Indexes(), "t_pkey");
  EXPECT_EQ(Progress(), "");
  EXPECT_EQ(Events(), "");

  // In the middle: the rest waits for somebody.
  const std::string half =
      "alter table t drop w;\ncreate unique index concurrently t_v on t (v); create table late ()";
  EXPECT_EQ(Execute("half.sql", half).status, 1);
  EXPECT_EQ(Events(), "EXECUTE|half.sql|\\N\n");
  EXPECT_EQ(Progress(), "half.sql|2|f|t\n");
  EXPECT_THAT(root_.MustLondiste({"status"}).out,
              HasSubstr("could not execute \"half.sql\", statement 2 at line 2"));
  result = Execute("next.sql", "select 1");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("script \"half.sql\" of queue q is not finished"));
  result = root_.Londiste({"execute", "--retry", "half.sql"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not create unique index"));
  result = Execute("half.sql", half + " ");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("was begun with another text"));
  root_.sql().Exec("update t set v = id");
  Events();
  root_.MustLondiste({"execute", "--retry", "half.sql"});
  EXPECT_EQ(Indexes(), "t_pkey,t_v");
  EXPECT_EQ(root_.sql().Value("select to_regclass('late') is not null"), "t");
  EXPECT_EQ(Events() + Progress(), "");

  EXPECT_EQ(Execute("skip.sql", "drop table late; vacuum nowhere; drop table t").status, 1);
  root_.MustLondiste({"execute", "--skip", "skip.sql"});
  EXPECT_EQ(Progress(), "");
  EXPECT_EQ(Execute("next.sql", "select 1").status, 0);
}

TEST_F(CommandsExecute, AKillBetweenPiecesNeitherRepeatsNorSkips) {
  root_.sql().Exec(
      "create table log (n serial, what text); create table parted (p int) partition by list (p); "
      "create table part (p int)");
  const std::string script =
      "insert into log (what) values ('first'); create index concurrently t_v on t (v);"
      "insert into log (what) values ('second'); vacuum t; drop index concurrently t_v;"
      "alter table parted detach partition part concurrently; reindex table concurrently t;"
      "insert into log (what) values ('third');";
  const char* kStops[] = {
      "execute_before_piece_commit=kill@1", "execute_before_piece_commit=kill@2",
      "execute_after_piece=kill@1",         "execute_before_outside=kill@1",
      "execute_after_outside=kill@1",       "execute_after_noted=kill@1",
      "execute_after_outside=kill@2",       "execute_before_outside=kill@2",
      "execute_after_outside=kill@3",       "execute_after_outside=kill@4",
      "execute_before_outside=kill@4",      "execute_after_outside=kill@5",
      "execute_before_outside=kill@5",      "execute_after_piece=kill@3"};
  int round = 0;
  for (const char* stop : kStops) {
    const std::string name = std::to_string(++round) + ".sql";
    root_.sql().Exec("truncate log; alter table parted attach partition part for values in (1)");
    EXPECT_EQ(ExecuteStopped(name, script, stop).status, 128 + 9) << stop;
    if (std::string(stop) == "execute_after_outside=kill@1")  // as if the index had not been ready
      root_.sql().Exec("update pg_index set indisvalid = false where indexrelid = 't_v'::regclass");
    RunResult result = Execute(name, script);
    EXPECT_EQ(result.status, 0) << stop << result.err;
    EXPECT_EQ(root_.sql().Text("select what from log order by n"), "first\nsecond\nthird\n")
        << stop;
    EXPECT_EQ(Indexes(), "t_pkey") << stop;
    EXPECT_EQ(
        root_.sql().Value("select count(*) from pg_inherits where inhrelid = 'part'::regclass"),
        "0")
        << stop;
    EXPECT_EQ(Events(), "EXECUTE|" + name + "|\\N\n") << stop;
    EXPECT_EQ(Progress(), "") << stop;
  }
}

}  // namespace
}  // namespace commands_test
