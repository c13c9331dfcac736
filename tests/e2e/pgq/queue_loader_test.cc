// queue_loader3 on files as SkyTools' users have them: below a plain queue, and as the worker of a
// cascade's node.
#include <signal.h>

#include <fstream>

#include "e2e/pgq/pgq_fixture.h"

namespace pgq_test {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Process;
using test_support::ReadWholeFile;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class QueueLoader : public PgqTest {
 protected:
  QueueLoader() {
    source().Exec(
        "create table orders (id int primary key, at timestamp, v text); "
        "create trigger to_queue after insert or update or delete on orders for each row execute "
        "procedure pgq.logutriga('q')");
    target().Exec("create table orders (id int primary key, at timestamp, v text)");
  }
  // For a plain queue; loop_delay 0: one pass.
  std::string Ini(const std::string& tables, const std::string& loop_delay = "0") {
    return dir_.Write("l.ini", "[queue_loader]\njob_name = loader\nsrc_db = " + SourceConnstr() +
                                   "\ndst_db = " + TargetConnstr() +
                                   "\nqueue_name = q\nloop_delay = " + loop_delay + "\npidfile = " +
                                   dir_.path() + "/l.pid\nlogfile = " + dir_.path() +
                                   "/l.log\nexception_sleep = 0.1\n" + tables);
  }
  static RunResult Pass(const std::string& ini, const std::string& failpoint = "") {
    std::map<std::string, std::string> environment;
    if (!failpoint.empty()) environment["SKYTOOLS_FAILPOINT"] = failpoint + "=kill";
    return test_support::Run({"queue_loader3", ini},
                             {.environment = std::move(environment), .directory = ""});
  }
  // The same, of changes that `statements` make, which it must get through.
  RunResult Load(const std::string& ini, const std::string& statements) {
    source().Exec(statements);
    Tick();
    RunResult result = Pass(ini);
    EXPECT_EQ(result.status, 0) << result.err;
    return result;
  }
  std::string Rows(const std::string& table, Sql* database = nullptr) {
    return (database == nullptr ? target() : *database)
        .Value("select string_agg(id || v, ' ' order by id, v) from only " + table);
  }
  std::string Log() const { return ReadWholeFile(dir_.path() + "/l.log"); }
};

TEST_F(QueueLoader, WritesRowsIntoTheTable) {
  source().Exec(
      "create table other (id int); create trigger to_queue after insert on other for each row "
      "execute procedure pgq.logutriga('q')");
  const std::string ini = Ini("\n[table public.orders]\ntable_mode = direct\n");
  Pass(ini);  // registers itself
  const RunResult result =
      Load(ini,
           "insert into orders values (1, null, E'it''s\\\\ \"odd\"'), (2, now(), 'b'), "
           "(3, now(), 'c'); update orders set v = null where id = 2; delete from orders where "
           "id = 3; insert into other values (1)");
  EXPECT_EQ(target().Text("select * from orders order by id"),
            source().Text("select * from orders order by id"));
  EXPECT_THAT(result.err, AllOf(HasSubstr("{count: 5, duration: "),
                                HasSubstr("events of table public.other are passed over: the file "
                                          "has no section [table public.other]")));
  // A row that is not there is told.
  target().Exec("delete from orders");
  EXPECT_THAT(Load(ini, "update orders set v = 'x'; delete from orders where id = 1").err,
              HasSubstr("table public.orders: 3 rows to update or delete were not there"));
  EXPECT_EQ(target().Value("select count(*) from orders"), "0");
}

TEST_F(QueueLoader, SplitsByTime) {
  target().Exec("drop schema londiste cascade");  // which would make the tables
  const std::string ini =
      Ini("split_part = %%(table_name)s_%%(year)s_%%(month)s\n"
          "\n[table orders]\ntable_mode = split\nsplit_mode = by-date-field:at\n"
          "row_mode = keep_latest\n");
  Pass(ini);
  Load(ini,
       "insert into orders values (1, '2001-02-03 10:00', 'a'), (2, '2001-03-01', 'b'); "
       "update orders set v = 'c' where id = 1; "
       "insert into orders values (3, '2001-03-02', 'd'); delete from orders where id = 3");
  EXPECT_EQ(Rows("orders_2001_02"), "1c");
  EXPECT_EQ(Rows("orders_2001_03"), "2b");
  EXPECT_EQ(Rows("orders"), "(null)");
  EXPECT_EQ(target().Value("select count(*) from orders"), "2");  // they are its children
  // A row without a time stops it, and nothing of the batch is written; so does the next start.
  source().Exec("insert into orders values (4, '2001-02-04', 'e'), (5, null, 'f')");
  Tick();
  for (int i = 0; i < 2; ++i) {
    const RunResult result = Pass(ini);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(HasSubstr("of table public.orders: column \"at\" of split_mode "
                                            "is NULL"),
                                  HasSubstr("HINT:")));
  }
  EXPECT_EQ(Rows("orders_2001_02"), "1c");
}

TEST_F(QueueLoader, MakesTablesFromATemplate) {
  const std::string ini =
      Ini("\n[table public.orders]\ntable_mode = split\nsplit_mode = by-event-time\n"
          "split_part = archive.orders_%%(year)s\nrow_mode = keep_all\n"
          "split_part_template =\n"
          "  create table %%(part)s (like %%(parent)s);\n"
          "  create index on %%(part)s (%%(pkey)s)\n");
  Pass(ini);
  // In the transaction of the batch: after a kill there is no table.
  source().Exec(
      "insert into orders values (1, now(), 'a'); update orders set v = 'b'; "
      "delete from orders");
  Tick();
  EXPECT_EQ(Pass(ini).status, 1);  // no such schema
  target().Exec("create schema archive");
  EXPECT_EQ(Pass(ini, "forward_before_commit").status, 128 + SIGKILL);
  EXPECT_EQ(target().Value("select count(*) from pg_tables where schemaname = 'archive'"), "0");
  EXPECT_EQ(Pass(ini).status, 0);
  const std::string part = "archive.orders_" + source().Value("select to_char(now(), 'YYYY')");
  EXPECT_EQ(Rows(part), "1a 1b");
  EXPECT_EQ(target().Value("select indexdef like '%(id)' from pg_indexes where schemaname = "
                           "'archive'"),
            "t");
}

TEST_F(QueueLoader, LoadsTheColumnsThatAreChosen) {
  target().Exec("drop table orders; create table orders (nr int primary key, v text)");
  int id = 0;
  for (const std::string mode : {"plain", "keep_latest", "bulk"}) {
    const std::string ini = Ini("row_mode = " + mode +
                                "\nsplit_mode = by-date-field:at\nsplit_part = "
                                "%%(table_name)s_%%(year)s\nfields = id:nr, v\n"
                                "\n[table public.orders]\ntable_mode = split\n");
    if (id == 0) Pass(ini);
    const std::string first = std::to_string(++id), second = std::to_string(++id);
    Load(ini, "insert into orders values (" + first + ", '2001-02-03', 'a'), (" + second +
                  ", '2001-02-03', 'b'); update orders set v = 'c' where id = " + first +
                  "; delete from orders where id = " + second);
    EXPECT_EQ(
        target().Value("select string_agg(nr || v, ' ') from orders_2001 where nr >= " + first),
        first + "c")
        << mode;
  }
  // A row cannot be found without its key.
  source().Exec("insert into orders values (100, null, 'x')");
  Tick();
  const RunResult result = Pass(Ini("table_mode = direct\nfields = v\n"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("of table public.orders: setting \"fields\" leaves out "
                                          "column \"id\" of its key"),
                                HasSubstr("HINT:")));
  Pass(Ini("table_mode = direct\nfields = id:nr,v\n"));
  EXPECT_EQ(target().Value("select string_agg(nr || v, ' ') from only orders"), "100x");
}

TEST_F(QueueLoader, BulkModesEndAlike) {
  for (const std::string mode : {"correct", "delete", "merged"}) {
    SCOPED_TRACE(mode);
    target().Exec("delete from orders");
    source().Exec("delete from orders");
    Tick();
    const std::string ini = Ini("row_mode = bulk\nbulk_mode = " + mode +
                                "\n\n[table public.orders]\ntable_mode = direct\n");
    EXPECT_EQ(Pass(ini).status, 0);
    Load(ini, "insert into orders select i, now(), 'a' || i from generate_series(1, 2500) i");
    Load(ini,
         "update orders set v = 'u' where id <= 1500; delete from orders where id between 1000 and "
         "2000; insert into orders values (1001, null, 'again'), (9000, null, 'new'), "
         "(9001, null, 'gone'); update orders set v = 'newer' where id = 9000; delete from orders "
         "where id = 9001; alter table orders add more int; update orders set more = 1 where id = "
         "1; alter table orders drop more; delete from orders where id = 1");
    EXPECT_EQ(target().Text("select * from orders order by id"),
              source().Text("select * from orders order by id"));
    // Rows that are there already stay only where the mode says so.
    target().Exec("insert into orders values (7000, null, 'old')");
    source().Exec("insert into orders values (7000, null, 'now')");
    Tick();
    EXPECT_EQ(Pass(ini).status, mode == "merged" ? 0 : 1);
    if (mode != "merged") {
      target().Exec("delete from orders where id = 7000");
      EXPECT_EQ(Pass(ini).status, 0);
    }
    EXPECT_EQ(target().Value("select v from orders where id = 7000"), "now");
  }
  source().Exec("delete from orders where id = 7000");
  Tick();
  const RunResult result = Pass(
      Ini("row_mode = bulk\nbulk_mode = insert\n\n[table public.orders]\ntable_mode = direct\n"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("bulk_mode insert takes nothing but inserts"));
}

TEST_F(QueueLoader, DiesAnywhereAndNothingIsLostOrTwice) {
  target().Exec("alter table orders drop constraint orders_pkey");  // twice would not be refused
  const std::string ini = Ini("\n[table public.orders]\ntable_mode = direct\n");
  Pass(ini);
  source().Exec("insert into orders values (1, null, 'a'), (2, null, 'b')");
  Tick();
  EXPECT_EQ(Pass(ini, "forward_before_commit").status, 128 + SIGKILL);
  EXPECT_EQ(Rows("orders"), "(null)");
  EXPECT_EQ(Pass(ini, "forward_after_commit").status, 128 + SIGKILL);
  EXPECT_EQ(Rows("orders"), "1a 2b");
  Load(ini, "insert into orders values (3, null, 'c')");
  EXPECT_EQ(Rows("orders"), "1a 2b 3c");
}

TEST_F(QueueLoader, RefusesWhatItCannotDo) {
  const auto refusal = [&](const std::string& more) {
    const RunResult result = Pass(Ini(more));
    EXPECT_EQ(result.status, 1) << more;
    return result.err;
  };
  const std::string table = "\n[table public.orders]\n";
  EXPECT_THAT(refusal(table + "table_mode = nowhere\n"), HasSubstr("table_mode"));
  EXPECT_THAT(refusal(table + "split_mode = by-date-field:\n"),
              AllOf(HasSubstr("section [table public.orders]: setting \"split_mode\""),
                    HasSubstr("by-date-field:COLUMN")));
  EXPECT_THAT(refusal(table + "table_mode = split\nsplit_part = %%(table_name)s\n"),
              HasSubstr("names the table itself"));
  EXPECT_THAT(refusal(table + "split_part = %%(century)s\n"), HasSubstr("%(century)s"));
  EXPECT_THAT(refusal(table + "split_part_template = create table %%(part)s (id int); commit\n"),
              HasSubstr("begins or ends a transaction"));
  EXPECT_THAT(refusal(table + "\n[table orders]\n"),
              HasSubstr("two sections for table public.orders"));
  EXPECT_THAT(refusal(table + "fields = id, id:x\n"), HasSubstr("there twice, at \"id:x\""));
  EXPECT_THAT(refusal(table + "fields = id:\n"), HasSubstr("\"id:\" is no column"));
  EXPECT_THAT(refusal("db = dbname=x\n"), HasSubstr("has both db and src_db"));
  EXPECT_EQ(source().Value("select count(*) from pgq.subscription"), "0");
  // What means nothing is named.
  EXPECT_THAT(Pass(Ini("pgq_autocommit = 0\n" + table + "row_mod = bulk\n")).err,
              AllOf(HasSubstr("setting \"pgq_autocommit\" has no effect"),
                    HasSubstr("unknown setting \"row_mod\"; did you mean \"row_mode\"? in "
                              "[table public.orders]")));
}

TEST_F(QueueLoader, NeedsTheRightsThatThePageNames) {
  source().Exec(
      "create role load_source login in role pgq_reader; create role load_target login in role "
      "pgq_writer");
  const auto ini = [&](const std::string& mode) {
    return dir_.Write("r.ini", "[queue_loader]\njob_name = loader\nsrc_db = " + SourceConnstr() +
                                   " user=load_source\ndst_db = " + TargetConnstr() +
                                   " user=load_target\nqueue_name = q\nloop_delay = 0\n"
                                   "split_mode = by-date-field:at\ntable_mode = " +
                                   mode + "\n");
  };
  target().Exec("grant select, insert, update, delete on orders to load_target");
  EXPECT_EQ(Pass(ini("direct")).status, 0);
  Load(ini("direct"), "insert into orders values (1, null, 'a'); update orders set v = 'b'");
  EXPECT_EQ(Rows("orders"), "1b");
  target().Exec(
      "alter table orders owner to load_target; grant create on schema public to load_target; "
      "drop schema londiste cascade");
  Load(ini("split"), "insert into orders values (2, '2001-02-03', 'c')");
  EXPECT_EQ(Rows("orders_2001_02_03"), "2c");
}

TEST_F(QueueLoader, ReadsItsRulesAgain) {
  const std::string ini = Ini("\n[table public.orders]\ntable_mode = direct\n", "0.1");
  Process loader({"queue_loader3", ini});
  EXPECT_TRUE(Eventually(60s, "it registers", [&] {
    return source().Value("select count(*) from pgq.subscription") == "1";
  }));
  source().Exec("insert into orders values (1, '2001-02-03', 'a')");
  Tick();
  EXPECT_TRUE(Eventually(60s, "the row comes", [&] { return Rows("orders") == "1a"; }));
  std::ofstream(ini, std::ios::app) << "[table public.more]\ntable_mode = nowhere\n";
  EXPECT_EQ(test_support::Run({"queue_loader3", "-r", ini}).status, 0);
  EXPECT_TRUE(Eventually(60s, "bad rules change nothing", [&] {
    return Log().find("keeping the old settings") != std::string::npos;
  }));
  Ini("\n[table public.orders]\ntable_mode = split\nsplit_mode = by-date-field:at\n", "0.1");
  EXPECT_EQ(test_support::Run({"queue_loader3", "-r", ini}).status, 0);
  EXPECT_TRUE(Eventually(60s, "rules are read",
                         [&] { return Log().find("Config reloaded") != std::string::npos; }));
  source().Exec("insert into orders values (2, '2001-02-03', 'b')");
  Tick();
  EXPECT_TRUE(Eventually(60s, "a table is made", [&] {
    return target().Value("select to_regclass('orders_2001_02_03') is not null") == "t";
  }));
  EXPECT_TRUE(Eventually(60s, "the row comes", [&] { return Rows("orders_2001_02_03") == "2b"; }));
  EXPECT_EQ(test_support::Run({"queue_loader3", "-s", ini}).status, 0);
  EXPECT_EQ(loader.Wait(60s), 0);
}

// As SkyTools has it: the worker of a node.
class QueueLoaderNode : public QueueLoader {
 protected:
  void SetUp() override {
    root_ =
        dir_.Write("root.ini", "[londiste]\njob_name = root_worker\nqueue_name = cascaded\ndb = " +
                                   SourceConnstr() + "\npidfile = " + dir_.path() + "/root.pid\n");
    // One file for the command that makes the node and for its worker.
    leaf_ = dir_.Write(
        "leaf.ini",
        "[DEFAULT]\njob_name = loader\nqueue_name = cascaded\nloop_delay = 0\ndb = " +
            TargetConnstr() + "\npidfile = " + dir_.path() +
            "/leaf.pid\n[londiste]\n[queue_loader]\ntable_mode = ignore\n[table public.orders]\n"
            "table_mode = split\nsplit_part = %%(table_name)s_%%(year)s\nrow_mode = plain\n"
            "split_mode = by-date-field:at\n");
    Succeeds({"londiste", root_, "create-root", "hub", SourceConnstr()});
    Succeeds({"londiste", leaf_, "create-leaf", "warehouse", TargetConnstr(),
              "--provider=" + SourceConnstr()});
    source().Exec(
        "drop trigger to_queue on orders; create trigger to_queue after insert or update or delete "
        "on orders for each row execute procedure pgq.logutriga('cascaded')");
  }
  static void Succeeds(const std::vector<std::string>& words) {
    const RunResult result = test_support::Run(words);
    ASSERT_EQ(result.status, 0) << result.err << result.out;
  }
  void Change(const std::string& statements) {
    source().Exec(statements);
    source().Exec("select pgq.force_tick('cascaded')");
    source().Exec("select pgq.ticker('cascaded')");
  }

  std::string root_, leaf_;
};

TEST_F(QueueLoaderNode, LoadsExactlyOnceThroughAnyKill) {
  RunResult result = Pass(leaf_);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("node \"warehouse\" of cascaded"));
  Change("insert into orders values (1, '2001-01-01', 'a'), (2, '2002-01-01', 'b')");
  for (const char* point :
       {"batch_after_begin_target", "batch_before_set_completed", "batch_before_commit"}) {
    EXPECT_EQ(Pass(leaf_, point).status, 128 + SIGKILL) << point;
    EXPECT_EQ(target().Value("select to_regclass('orders_2001') is null"), "t") << point;
  }
  EXPECT_EQ(Pass(leaf_, "batch_after_commit").status, 128 + SIGKILL);
  EXPECT_EQ(Rows("orders_2001"), "1a");
  Change("update orders set v = v || v; insert into orders values (3, '2002-01-01', 'c')");
  result = Pass(leaf_);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("{count: 3, duration: "), Not(HasSubstr("not there"))));
  EXPECT_EQ(Rows("orders_2001") + " " + Rows("orders_2002"), "1aa 2bb 3c");
  // The node's position is the one that it goes by.
  EXPECT_EQ(target().Value("select last_tick_id from pgq_node.local_state where queue_name = "
                           "'cascaded' and consumer_name = 'loader'"),
            source().Value("select last_tick from pgq.get_consumer_info('cascaded', 'loader')"));
}

TEST_F(QueueLoaderNode, IsSeenAndPausedAsAnyWorker) {
  EXPECT_EQ(Pass(leaf_).status, 0);
  const RunResult status = test_support::Run({"londiste", leaf_, "status"});
  EXPECT_THAT(status.out, HasSubstr("warehouse (leaf)"));
  target().Exec("select * from pgq_node.set_consumer_paused('cascaded', 'loader', true)");
  Change("insert into orders values (1, '2001-01-01', 'a')");
  EXPECT_EQ(Pass(leaf_).status, 0);
  EXPECT_EQ(target().Value("select to_regclass('orders_2001') is null"), "t");
  target().Exec("select * from pgq_node.set_consumer_paused('cascaded', 'loader', false)");
  EXPECT_EQ(Pass(leaf_).status, 0);
  EXPECT_EQ(Rows("orders_2001"), "1a");
  const RunResult task = test_support::Run({"queue_loader3", "--register", leaf_});
  EXPECT_EQ(task.status, 2);
  EXPECT_THAT(task.err, HasSubstr("registered with its node"));
}

TEST_F(QueueLoaderNode, DaemonReadsItsRulesAgainAndTellsWhatStopsIt) {
  std::string text = ReadWholeFile(leaf_);
  text.replace(text.find("loop_delay = 0\n"), 15,
               "loop_delay = 0.1\nexception_sleep = 0.1\nlogfile = " + dir_.path() + "/l.log\n");
  const auto write = [&] { std::ofstream(leaf_) << text; };
  write();
  Process loader({"queue_loader3", leaf_});
  // A row without a time, which the rules ask for.
  Change("insert into orders values (1, null, 'a')");
  EXPECT_TRUE(Eventually(60s, "status tells the error", [&] {
    return test_support::Run({"londiste", leaf_, "status"})
               .out.find("column \"at\" of split_mode is NULL") != std::string::npos;
  })) << Log();
  text.replace(text.find("by-date-field:at"), 16, "by-nothing");
  write();
  EXPECT_EQ(test_support::Run({"queue_loader3", "-r", leaf_}).status, 0);
  EXPECT_TRUE(Eventually(60s, "bad rules change nothing", [&] {
    return Log().find("keeping the old settings") != std::string::npos;
  }));
  text.replace(text.find("by-nothing"), 10, "by-event-time");
  write();
  EXPECT_EQ(test_support::Run({"queue_loader3", "-r", leaf_}).status, 0);
  const std::string part = "orders_" + source().Value("select to_char(now(), 'YYYY')");
  EXPECT_TRUE(Eventually(60s, "the row comes", [&] {
    return target().Value("select to_regclass('" + part + "') is not null") == "t";
  })) << Log();
  EXPECT_EQ(Rows(part), "1a");
  EXPECT_EQ(test_support::Run({"queue_loader3", "-s", leaf_}).status, 0);
  EXPECT_EQ(loader.Wait(60s), 0);
}

// The sample that --ini prints is a file that it reads.
TEST_F(QueueLoader, SampleIsAFile) {
  const RunResult sample = test_support::Run({"queue_loader3", "--ini"});
  EXPECT_THAT(sample.out, AllOf(HasSubstr("[queue_loader3]\n"), HasSubstr("[table public.orders]"),
                                HasSubstr("\ndb = dbname=warehouse")));
  const std::string ini = dir_.Write("sample.ini", sample.out);
  const RunResult result = test_support::Run(
      {"queue_loader3", "--set", "db=" + TargetConnstr(), "--set", "loop_delay=0", "--set",
       "logfile=" + dir_.path() + "/s.log", "--set", "pidfile=" + dir_.path() + "/s.pid", ini});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("node"), Not(HasSubstr("unknown setting"))));
}

}  // namespace
}  // namespace pgq_test
