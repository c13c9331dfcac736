// add-table --create and --create-full, add-seq --create, as they leave the database.
#include "commands_fixture.h"

namespace commands_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CommandsStructure : public CommandsTest {
 protected:
  CommandsStructure() { root_.CreateRoot(); }
  void Replicate(const std::string& sql) {
    root_.sql().Exec(sql);
    root_.Londiste({"add-table", "--all"});
  }
  static std::string Described(Node& node, const std::string& table) {
    return node.sql().Text(
        "select kind, name, def - 'missing_value' from londiste.describe_table('" + table +
        "'::regclass) d where not (kind = 'constraint' and def ->> 'type' = 'f') and not d.def ? "
        "'ours'");
  }
  void ExpectSame(Node& node, const std::string& table) {
    const std::string there = Described(root_, table);
    ASSERT_FALSE(there.empty());
    EXPECT_EQ(Described(node, table), there);
  }
  static std::string Local(Node& node) {
    return node.sql().Text(
        "select table_name, dest_table from londiste.table_info where local order by 1");
  }

  Node root_ = MakeNode("node1");
  Node leaf_ = MakeNode("node2");
};

TEST_F(CommandsStructure, AddsAllThatFitsAndSaysWhyTheRestDoesNot) {
  Replicate(
      "create schema app; create type app.colour as enum ('red');"
      "create table app.person (id serial primary key, boss int references app.person, home int);"
      "create table app.house (id int primary key, owner int references app.person on delete "
      "cascade, town int);"
      "alter table app.person add constraint lives foreign key (home) references app.house "
      "deferrable initially deferred;"
      "create table app.town (id int primary key); alter table app.house add foreign key (town) "
      "references app.town;"
      "create table app.paint (id int primary key, colour app.colour);"
      "create table app.a_child (more int, primary key (id)) inherits (app.person)");
  root_.MustLondiste({"remove-table", "app.town"});
  leaf_.CreateLeaf(root_);
  // One is away for a copy there.
  root_.sql().Exec("select londiste.drop_table_fkey('app.person', 'lives')");

  // Killed in the middle, and nothing is there.
  test_support::Process killed(
      {"londiste", leaf_.ini(), "add-table", "app.person", "--create-full"},
      {.environment = {{"SKYTOOLS_FAILPOINT", "add_table_after_create=kill"}}, .directory = {}});
  EXPECT_EQ(killed.Wait(std::chrono::seconds(30)), 128 + 9);
  EXPECT_EQ(leaf_.sql().Value("select to_regclass('app.person') is null"), "t");
  EXPECT_EQ(Local(leaf_), "");

  const RunResult all = leaf_.Londiste({"add-table", "--all", "--create-full"});
  EXPECT_EQ(all.status, 1);
  EXPECT_THAT(all.err, HasSubstr("could not create table \"app.paint\": missing here: type "
                                 "app.colour\n"));
  EXPECT_THAT(all.err, HasSubstr("1 of 4 tables was not added: app.paint\n"));
  EXPECT_THAT(all.err, HasSubstr("HINT:  Create them in this database first"));
  EXPECT_EQ(Local(leaf_), "app.a_child|\\N\napp.house|\\N\napp.person|\\N\n");
  for (const std::string table : {"app.person", "app.house", "app.a_child"})
    ExpectSame(leaf_, table);
  // Foreign keys wait for the worker: the cyclic ones and the one to the table itself, but not the
  // one to a table that is not replicated.
  EXPECT_EQ(leaf_.sql().Text("select from_table, to_table, fkey_name from londiste.pending_fkeys "
                             "order by 3"),
            "app.house|app.person|house_owner_fkey\napp.person|app.house|lives\n"
            "app.person|app.person|person_boss_fkey\n");
  EXPECT_EQ(
      leaf_.sql().Value("select fkey_def from londiste.pending_fkeys where fkey_name = 'lives'"),
      "alter table only \"app\".\"person\" add constraint \"lives\" FOREIGN KEY (home) "
      "REFERENCES \"app\".\"house\"(id) DEFERRABLE INITIALLY DEFERRED");
  EXPECT_THAT(all.err,
              HasSubstr("foreign key house_town_fkey of table app.house is not made: table "
                        "app.town, which it references, is not replicated here"));
  EXPECT_THAT(all.err, Not(HasSubstr("lives of table app.person is not made")));

  leaf_.sql().Exec("create type app.colour as enum ('red')");
  leaf_.MustLondiste({"add-table", "--all", "--create-full"});
  ExpectSame(leaf_, "app.paint");
  EXPECT_THAT(root_.Londiste({"add-table", "app.paint", "--create"}).err,
              HasSubstr("this node is the root"));
}

TEST_F(CommandsStructure, MakesColumnsAndKeyAndLeavesAloneWhatIsThere) {
  Replicate(
      "create table t (id int primary key, v text default 'x', w int check (w > 0)); create index "
      "on "
      "t (v); create table u (id int primary key); create table gone (id int primary key)");
  root_.sql().Exec("alter table gone rename to hidden");
  leaf_.CreateLeaf(root_);
  leaf_.sql().Exec("create table u (id int primary key, mine int)");
  const std::string copying = "update londiste.table_info set (merge_state, dropped_ddl) = (";
  root_.sql().Exec(copying + "'in-copy', 'x') where table_name = 'public.t'");
  EXPECT_THAT(leaf_.Londiste({"add-table", "t", "--create"}).err,
              HasSubstr("node \"node1\" copies it, and it is without its indexes there"));
  root_.sql().Exec(copying + "'ok', null) where table_name = 'public.t'");
  const RunResult result = leaf_.Londiste({"add-table", "t", "u", "gone", "--create"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Table public.u already exist, not touching\n"),
                                HasSubstr("Table public.gone does not exist on node \"node1\", "
                                          "skipping\n"),
                                HasSubstr("1 of 3 tables was not added: public.gone")));
  EXPECT_THAT(leaf_.MustLondiste({"add-table", "u", "gone", "--create", "--skip-non-existing"}).err,
              HasSubstr("WARNING Table public.gone does not exist, skipping"));
  EXPECT_EQ(Local(leaf_), "public.t|\\N\npublic.u|\\N\n");
  EXPECT_EQ(leaf_.sql().Text("select kind, name, def ->> 'definition', def ->> 'default' from "
                             "londiste.describe_table('t'::regclass) where kind not in ('table', "
                             "'trigger')"),
            "column|id|\\N|\\N\ncolumn|v|\\N|\\N\ncolumn|w|\\N|\\N\n"
            "constraint|t_pkey|PRIMARY KEY (id)|\\N\n");

  // Under another name.
  leaf_.MustLondiste({"remove-table", "t"});
  const RunResult copy =
      leaf_.MustLondiste({"add-table", "t", "--dest-table=other.t2", "--create-full"});
  EXPECT_THAT(copy.err, HasSubstr("Table other.t2: schema other was created"));
  EXPECT_EQ(Local(leaf_), "public.t|other.t2\npublic.u|\\N\n");
  EXPECT_EQ(leaf_.sql().Text("select name, def ->> 'definition' from "
                             "londiste.describe_table('other.t2'::regclass) where kind in "
                             "('constraint', 'index') order by 1"),
            "t_pkey|PRIMARY KEY (id)\nt_v_idx|CREATE INDEX t_v_idx ON other.t2 USING btree (v)\n"
            "t_w_check|CHECK ((w > 0))\n");
}

TEST_F(CommandsStructure, MakesSequences) {
  root_.sql().Exec(
      "create schema app; create sequence app.s as int increment 5 minvalue -3 maxvalue 900 cache "
      "2 "
      "cycle; select nextval('app.s'); create sequence here");
  root_.MustLondiste({"add-seq", "--all"});
  leaf_.CreateLeaf(root_);
  leaf_.sql().Exec("create sequence here start 5");
  const RunResult result = leaf_.MustLondiste({"add-seq", "app.s", "here", "--create"});
  EXPECT_THAT(result.err, HasSubstr("Sequence public.here already exist, not touching"));
  const std::string definition =
      "select data_type, start_value, increment_by, min_value, max_value, cache_size, cycle from "
      "pg_sequences where sequencename = 's'";
  EXPECT_EQ(leaf_.sql().Text(definition), root_.sql().Text(definition));
  EXPECT_EQ(
      leaf_.sql().Value("select last_value >= (select last_value from londiste.seq_info where "
                        "seq_name = 'app.s') or is_called from app.s"),
      "t");
}

// The provider holds the queue, not the table: it is made, and copied, as it is further up.
TEST_F(CommandsStructure, FindsTheTableBehindABranchWithoutIt) {
  Replicate("create table t (id int primary key, v text default 'x')");
  Node branch = MakeNode("node3");
  branch.CreateBranch(root_);
  leaf_.CreateLeaf(branch);
  EXPECT_THAT(
      leaf_.Londiste({"add-table", "t", "--create-full"}).err,
      HasSubstr("Table public.t is not added on node \"node3\": run add-table there first"));
  leaf_.MustLondiste({"add-table", "t", "--create-full", "--find-copy-node"});
  ExpectSame(leaf_, "t");
  EXPECT_EQ(leaf_.sql().Value("select table_attrs from londiste.table_info"), "copy_node=%3f");
  leaf_.MustLondiste({"remove-table", "t"});
  leaf_.sql().Exec("drop table t");
  leaf_.MustLondiste({"add-table", "t", "--create-full", "--copy-node=node1"});
  ExpectSame(leaf_, "t");
  leaf_.MustLondiste({"remove-table", "t"});
  leaf_.sql().Exec("drop table t");
  leaf_.MustLondiste({"add-table", "t", "--create", "--expect-sync"});
  EXPECT_EQ(leaf_.sql().Value("select merge_state from londiste.table_info"), "ok");
}

TEST_F(CommandsStructure, ChangesTheHandler) {
  Replicate("create table t (id int primary key)");
  root_.MustLondiste({"remove-table", "t"});
  root_.MustLondiste({"add-table", "t", "--trigger-arg=backup"});
  const auto trigger = [&] {
    return root_.sql().Text(
        "select (select table_attrs from londiste.table_info), "
        "string_agg(pg_get_triggerdef(oid), '|' order by tgname) from pg_trigger where tgrelid = "
        "'t'::regclass");
  };
  const std::string before = trigger();
  EXPECT_THAT(before, HasSubstr("'backup'"));
  EXPECT_THAT(root_.MustLondiste({"change-handler", "t"}).err,
              HasSubstr("Handler is already set to desired value, nothing done"));
  const std::vector<std::string> change{"change-handler", "t", "--handler=londiste",
                                        "--handler-arg=ignore_truncate=1"};
  EXPECT_THAT(root_.MustLondiste(change).err, HasSubstr("Handler changed for table: public.t"));
  EXPECT_EQ(trigger(), "handler=londiste%28ignore_truncate%3d1%29" + before.substr(2));
  EXPECT_THAT(root_.MustLondiste(change).err, HasSubstr("nothing done"));
  // Arguments that are given are those that it has.
  root_.MustLondiste({"change-handler", "t", "--trigger-arg=ignore=x"});
  EXPECT_THAT(trigger(), AllOf(HasSubstr("'ignore=x'"), Not(HasSubstr("backup"))));
  EXPECT_THAT(trigger(), testing::StartsWith("\\N|"));
  root_.MustLondiste({"change-handler", "t", "--no-triggers"});
  EXPECT_EQ(trigger(), "\\N|\\N\n");

  const RunResult unknown = root_.Londiste({"change-handler", "nothing"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("Table public.nothing not found on this node"));
  EXPECT_EQ(root_.Londiste({"change-handler", "t", "--handler=none"}).status, 1);
}

TEST_F(CommandsStructure, PrintsForeignKeys) {
  Replicate(
      "create table \"a\nb\" (id int primary key); create table u (id int primary key, a int "
      "constraint to_a references \"a\nb\" on delete cascade, u int references u)");
  leaf_.CreateLeaf(root_);
  EXPECT_EQ(leaf_.MustLondiste({"fkeys"}).out, "");
  EXPECT_EQ(root_.MustLondiste({"fkeys"}).out,
            "alter table only public.u add constraint to_a FOREIGN KEY (a) REFERENCES public.\"a\n"
            "b\"(id) ON DELETE CASCADE;\n"
            "alter table only public.u add constraint u_u_fkey FOREIGN KEY (u) REFERENCES "
            "public.u(id);\n");
  leaf_.MustLondiste({"add-table", "--all", "--create-full"});
  leaf_.sql().Exec(
      "update londiste.table_info set merge_state = 'ok' where table_name = "
      "'public.u'");
  EXPECT_EQ(leaf_.MustLondiste({"fkeys"}).out,
            "-- pending, waits for public.a b\n"
            "alter table only \"public\".\"u\" add constraint \"to_a\" FOREIGN KEY (a) REFERENCES "
            "\"public\".\"a\nb\"(id) ON DELETE CASCADE;\n"
            "-- pending\n"
            "alter table only \"public\".\"u\" add constraint \"u_u_fkey\" FOREIGN KEY (u) "
            "REFERENCES \"public\".\"u\"(id);\n");
  EXPECT_EQ(
      leaf_.sql().Value(
          "select string_agg(concat_ws(' ', k ->> 'from_table', k ->> 'to_table', k ->> "
          "'fkey_name', k ->> 'pending', k -> 'waits_for', length(k ->> 'statement') > 50), "
          "'|') from jsonb_array_elements($json$" +
          leaf_.MustLondiste({"fkeys", "--json"}).out + "$json$::jsonb -> 'foreign_keys') k"),
      "public.u public.a\nb to_a true [\"public.a\\nb\"] t|public.u public.u u_u_fkey true [] t");
}

}  // namespace
}  // namespace commands_test
