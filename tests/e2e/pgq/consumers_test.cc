// The consumers that INI files configure: queue_mover3 and its like, on files as SkyTools' users
// have them.
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

class PgqConsumers : public PgqTest {
 protected:
  // INI file of `program` with the common keys; loop_delay 0: one pass.
  std::string Ini(const std::string& program, const std::string& more,
                  const std::string& loop_delay = "0") {
    return dir_.Write("c.ini", "[" + program + "]\njob_name = mover\nsrc_db = " + SourceConnstr() +
                                   "\ndst_db = " + TargetConnstr() +
                                   "\npgq_queue_name = q\nloop_delay = " + loop_delay +
                                   "\npidfile = " + dir_.path() + "/c.pid\nlogfile = " +
                                   dir_.path() + "/c.log\nexception_sleep = 0.1\n" + more);
  }
  std::string MoverIni(const std::string& loop_delay = "0", const std::string& more = "") {
    target().Exec("select pgq.create_queue('copy')");
    return Ini("queue_mover3", "dst_queue_name = copy\n" + more, loop_delay);
  }
  // One pass to the end.
  static RunResult Pass(const std::string& program, const std::string& ini,
                        std::map<std::string, std::string> environment = {}) {
    return test_support::Run({program, ini},
                             {.environment = std::move(environment), .directory = ""});
  }
  std::string Copied() {
    return target().Value("select string_agg(ev_data, ' ' order by ev_id) from pgq.event_1");
  }
  std::string Log() const { return ReadWholeFile(dir_.path() + "/c.log"); }
  void InsertNumbers(int from, int to) {
    source().Exec("select pgq.insert_event('q', 't', i::text) from generate_series(" +
                  std::to_string(from) + ", " + std::to_string(to) + ") i");
    Tick();
  }
};

TEST_F(PgqConsumers, MoverCopiesEvents) {
  const std::string ini = MoverIni();
  EXPECT_EQ(Pass("queue_mover3", ini).status, 0);  // registers itself
  source().Exec(
      "insert into pgq.event_1_0 (ev_id, ev_time, ev_type, ev_data, ev_extra1, ev_extra2, "
      "ev_extra4) values (0, '2001-02-03 04:05:06+00', 'ty\tpe', E'da\\\\ta\nnew', '', 'x', 'z')");
  Insert("second", "b");
  Tick();
  const RunResult result = Pass("queue_mover3", ini);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("{count: 2, duration: 0."));
  EXPECT_EQ(
      target().Text("select ev_time at time zone 'utc', ev_type, ev_data, ev_extra1, "
                    "ev_extra2, ev_extra3, ev_extra4 from pgq.event_1 order by ev_id limit 1"),
      "2001-02-03 04:05:06|ty\tpe|da\\ta\nnew||x|\\N|z\n");
  EXPECT_EQ(target().Value("select count(*) from pgq.event_1"), "2");
  EXPECT_EQ(target().Value("select pgq_ext.get_last_tick('mover')"),
            ConsumerState("last_tick", "mover"));
  // Nothing new, nothing again.
  EXPECT_EQ(Pass("queue_mover3", ini).status, 0);
  EXPECT_EQ(target().Value("select count(*) from pgq.event_1"), "2");
}

TEST_F(PgqConsumers, MoverDiesAnywhereAndNothingIsLostOrTwice) {
  const std::string ini = MoverIni();
  Pass("queue_mover3", ini);
  InsertNumbers(1, 3);
  EXPECT_EQ(
      Pass("queue_mover3", ini, {{"SKYTOOLS_FAILPOINT", "forward_before_commit=kill"}}).status,
      128 + SIGKILL);
  EXPECT_EQ(Copied(), "(null)");
  EXPECT_EQ(Pass("queue_mover3", ini, {{"SKYTOOLS_FAILPOINT", "forward_after_commit=kill"}}).status,
            128 + SIGKILL);
  EXPECT_EQ(Copied(), "1 2 3");
  EXPECT_EQ(ConsumerState("current_batch is null", "mover"), "f");  // not finished there
  InsertNumbers(4, 5);
  EXPECT_EQ(Pass("queue_mover3", ini).status, 0);
  EXPECT_EQ(Copied(), "1 2 3 4 5");
}

TEST_F(PgqConsumers, MoverFindsItsPositionAgain) {
  const std::string ini = MoverIni();
  Pass("queue_mover3", ini);
  InsertNumbers(1, 2);
  InsertNumbers(3, 4);
  Pass("queue_mover3", ini);
  // Set back by somebody: refused, until the position is made one again.
  Pgq({"register", "q", "mover", "--at-tick", "1"});
  RunResult result = Pass("queue_mover3", ini);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Lost position: batch 1..2 of consumer \"mover\", the target "
                                    "has tick 3"));
  EXPECT_EQ(Copied(), "1 2 3 4");
  result = test_support::Run({"queue_mover3", "--rewind", ini});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("consumer mover moved to tick 3"));
  InsertNumbers(5, 5);
  EXPECT_EQ(Pass("queue_mover3", ini).status, 0);
  EXPECT_EQ(Copied(), "1 2 3 4 5");
  // The other way round: what lies between comes again.
  Pgq({"register", "q", "mover", "--at-tick", "3"});
  result = test_support::Run({"pgq", "queue-mover", "--reset", ini});
  EXPECT_THAT(result.err, HasSubstr("position set to tick 3 of consumer mover"));
  EXPECT_EQ(Pass("queue_mover3", ini).status, 0);
  EXPECT_EQ(Copied(), "1 2 3 4 5 5");

  EXPECT_EQ(test_support::Run({"queue_mover3", "--unregister", ini}).status, 0);
  EXPECT_EQ(source().Value("select count(*) from pgq.subscription"), "0");
  EXPECT_EQ(target().Value("select pgq_ext.get_last_tick('mover')"), "(null)");
  EXPECT_THAT(test_support::Run({"queue_mover3", "--rewind", ini}).err,
              HasSubstr("there is no position to go back to"));
  EXPECT_THAT(test_support::Run({"queue_mover3", "--reset", ini}).err,
              HasSubstr("consumer \"mover\" is not registered on queue \"q\""));
  EXPECT_THAT(test_support::Run({"queue_mover3", "--register", ini}).err,
              HasSubstr("consumer mover registered"));
  EXPECT_EQ(test_support::Run({"queue_mover3", "--register", "--reset", ini}).status, 2);
}

TEST_F(PgqConsumers, DaemonStartsReloadsAndStops) {
  const std::string ini = MoverIni("0.1");
  RunResult result = test_support::Run({"queue_mover3", "-d", ini});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(test_support::Run({"queue_mover3", "-d", ini}).out,
              HasSubstr("Pidfile exists, another process running?"));
  EXPECT_THAT(test_support::Run({"queue_mover3", "--rewind", ini}).out,
              HasSubstr("Pidfile exists, another process running?"));
  EXPECT_TRUE(Eventually(20s, "it registers", [&] {
    return source().Value("select count(*) from pgq.subscription") == "1";
  }));
  InsertNumbers(1, 2);
  EXPECT_TRUE(Eventually(20s, "events are copied", [&] { return Copied() == "1 2"; }));

  // Another target queue, from the next batch on; a bad file changes nothing.
  target().Exec("select pgq.create_queue('other')");
  std::string text = ReadWholeFile(ini);
  const auto write = [&](const std::string& now) { std::ofstream(ini) << now; };
  write(text + "pgq_lazy_fetch = many\n");
  EXPECT_EQ(test_support::Run({"queue_mover3", "-r", ini}).status, 1);
  write(text);
  text.replace(text.find("= copy"), 6, "= other");
  write(text);
  EXPECT_EQ(test_support::Run({"queue_mover3", "-r", ini}).status, 0);
  EXPECT_TRUE(Eventually(20s, "settings are read",
                         [&] { return Log().find("Config reloaded") != std::string::npos; }));
  InsertNumbers(3, 4);
  EXPECT_TRUE(Eventually(20s, "events go to the other queue", [&] {
    return target().Value("select count(*) from pgq.event_2") == "2";
  }));
  EXPECT_EQ(Copied(), "1 2");

  // Sessions that die are replaced.
  source().Exec(
      "select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name like "
      "'mover%'");
  InsertNumbers(5, 5);
  EXPECT_TRUE(Eventually(20s, "it goes on", [&] {
    return target().Value("select count(*) from pgq.event_2") == "3";
  }));
  EXPECT_EQ(test_support::Run({"queue_mover3", "-s", ini}).status, 0);
  EXPECT_TRUE(
      Eventually(20s, "it stops", [&] { return Log().find("Stopped") != std::string::npos; }));
  EXPECT_THAT(Log(), HasSubstr("got SIGINT, stopping after the current batch"));
  EXPECT_THAT(test_support::Run({"queue_mover3", "-s", ini}).err, HasSubstr("process not running"));
}

TEST_F(PgqConsumers, ConnectionsAreReplacedWhenTheyAreOld) {
  Process mover({"queue_mover3", "-v", MoverIni("0.1", "connection_lifetime = 0.001\n")});
  EXPECT_TRUE(Eventually(20s, "it registers", [&] {
    return source().Value("select count(*) from pgq.subscription") == "1";
  }));
  for (int i = 1; i <= 3; ++i) {
    InsertNumbers(i, i);
    const std::string count = std::to_string(i);
    EXPECT_TRUE(Eventually(20s, "it is copied", [&] {
      return target().Value("select count(*) from pgq.event_1") == count;
    }));
  }
  EXPECT_THAT(mover.Stderr(), HasSubstr("connections are replaced"));
  // Only the first session registers: one that was unregistered does not come back by itself.
  source().Exec("select pgq.unregister_consumer('q', 'mover')");
  EXPECT_EQ(test_support::Run({"queue_mover3", "-r", dir_.path() + "/c.ini"}).status, 0);
  EXPECT_TRUE(Eventually(20s, "it is an error", [&] {
    return mover.Stderr().find("Not subscriber to queue: q/mover; retrying in ") !=
           std::string::npos;
  }));
  EXPECT_EQ(source().Value("select count(*) from pgq.subscription"), "0");
  EXPECT_EQ(mover.Stop(), 0);
}

TEST_F(PgqConsumers, TellsAFailureOnceAndGoesOn) {
  target();
  Process mover({"queue_mover3", Ini("queue_mover3",
                                     "dst_queue_name = copy\nexception_quiet = ALL, "
                                     "KeyError\nexception_grace = 1 min\n",
                                     "0.1")});
  EXPECT_TRUE(Eventually(20s, "it registers", [&] {
    return source().Value("select count(*) from pgq.subscription") == "1";
  }));
  InsertNumbers(1, 1);
  EXPECT_TRUE(Eventually(20s, "it fails", [&] {
    return Log().find("does not exist in the target") != std::string::npos;
  }));
  EXPECT_THAT(Log(),
              AllOf(HasSubstr("exception_quiet: no failure is called \"KeyError\" here"),
                    HasSubstr("WARNING queue \"copy\" of event "), HasSubstr("; retrying in "),
                    HasSubstr("HINT:  \"pgq create copy\" makes it there")));
  target().Exec("select pgq.create_queue('copy')");
  EXPECT_TRUE(Eventually(20s, "it goes on", [&] { return Copied() == "1"; }));
  mover.Signal(SIGTERM);
  EXPECT_EQ(mover.Wait(20s), 0);
}

TEST_F(PgqConsumers, NeedTheRightsThatThePageNames) {
  target().Exec("select pgq.create_queue('copy'); create table public.archive (id int)");
  source().Exec(
      "create role forward_source login in role pgq_reader; create role forward_target login in "
      "role "
      "pgq_admin; create role simple_target login in role pgq_writer");
  target().Exec("grant insert on public.archive to simple_target");
  const std::string mover = dir_.Write(
      "m.ini", "[queue_mover3]\nsrc_db = " + SourceConnstr() +
                   " user=forward_source\ndst_db = " + TargetConnstr() +
                   " user=forward_target\nqueue_name = q\ndst_queue_name = copy\nloop_delay = 0\n");
  const std::string simple =
      dir_.Write("s.ini", "[simple_consumer3]\nsrc_db = " + SourceConnstr() +
                              " user=forward_source\ndst_db = " + TargetConnstr() +
                              " user=simple_target\nqueue_name = q\nloop_delay = 0\n"
                              "dst_query = insert into archive values (%%(id)s)\n");
  EXPECT_EQ(Pass("queue_mover3", mover).status, 0);
  EXPECT_EQ(Pass("simple_consumer3", simple).status, 0);
  Insert("I:id", "id=1");
  Tick();
  RunResult result = Pass("queue_mover3", mover);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Copied(), "id=1");
  result = Pass("simple_consumer3", simple);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr("has no schema pgq_ext")));
  EXPECT_EQ(target().Value("select id from archive"), "1");
}

TEST_F(PgqConsumers, SplitterGoesByAField) {
  target().Exec("select pgq.create_queue('public.a'), pgq.create_queue('b')");
  const std::string ini =
      Ini("queue_splitter3", "queue_field = extra1\nconsumer_filter = ev_data <> 'skip'\n");
  Pass("queue_splitter3", ini);
  Insert("t", "1", "public.a");
  Insert("t", "2", "b");
  Insert("t", "3", "public.a");
  Insert("t", "skip", "nowhere");
  Tick();
  RunResult result = Pass("queue_splitter3", ini);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(target().Text("select ev_data, ev_extra1 from pgq.event_1 order by ev_id"),
            "1|public.a\n3|public.a\n");
  EXPECT_EQ(target().Text("select ev_data from pgq.event_2"), "2\n");
  // An event without a queue stops it: nothing of the batch is stored.
  Insert("t", "4", "b");
  Insert("t", "5");
  Tick();
  result = Pass("queue_splitter3", ini);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("has no queue: its ev_extra1 is empty"));
  EXPECT_EQ(target().Text("select ev_data from pgq.event_2"), "2\n");
}

TEST_F(PgqConsumers, SimpleConsumerRunsAStatementForEachRow) {
  target().Exec("create table archive (what text, id int, txt text, tick text)");
  const std::string ini =
      Ini("simple_consumer3",
          "dst_query = insert into archive values (%%(pgq.ev_type)s, %%(id)s, %%(txt)s, "
          "%%(pgq.tick_id)s)\ntable_filter = public.t\n");
  Pass("simple_consumer3", ini);
  Insert("I:id", "id=1&txt=it%27s+%5C%27%29%3B+drop+table+archive%3B+--", "public.t");
  Insert("U:id", "id=2&txt", "public.t");
  Insert("other", "no row", "public.t");
  Insert("I:id", "id=3&txt=x", "public.elsewhere");
  Tick();
  RunResult result = Pass("simple_consumer3", ini);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(target().Text("select * from archive order by id"),
            "I:id|1|it's \\'); drop table archive; --|2\nU:id|2|\\N|2\n");

  // Exactly once, as the target has pgq_ext.
  Insert("D:id", "id=3&txt=gone", "public.t");
  Tick();
  EXPECT_EQ(
      Pass("simple_consumer3", ini, {{"SKYTOOLS_FAILPOINT", "forward_before_commit=kill"}}).status,
      128 + SIGKILL);
  EXPECT_EQ(
      Pass("simple_consumer3", ini, {{"SKYTOOLS_FAILPOINT", "forward_after_commit=kill"}}).status,
      128 + SIGKILL);
  EXPECT_EQ(Pass("simple_consumer3", ini).status, 0);
  EXPECT_EQ(target().Value("select count(*) from archive"), "3");

  // A column that is not there, a statement that fails: the event is named, nothing is stored.
  Insert("I:id", "id=4&txt=x", "public.t");
  Insert("I:id", "id=five&txt=x", "public.t");
  Tick();
  result = Pass("simple_consumer3", ini);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("dst_query for event "));
  EXPECT_THAT(result.err, HasSubstr("invalid input syntax for type integer"));
  EXPECT_EQ(target().Value("select count(*) from archive"), "3");
  result = Pass("simple_consumer3", Ini("simple_consumer3", "dst_query = select %%(nothere)s\n"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("of \"public.t\" has no column \"nothere\""));
}

TEST_F(PgqConsumers, SimpleConsumerWithoutPgqExtCommitsEachStatement) {
  target().Exec("drop schema pgq_ext cascade; create table archive (id int)");
  const std::string ini =
      Ini("simple_consumer3", "dst_query = insert into archive values (%%(id)s)\n");
  Pass("simple_consumer3", ini);
  Insert("I:id", "id=1");
  Insert("I:id", "id=x");
  Tick();
  const RunResult result = Pass("simple_consumer3", ini);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("the target has no schema pgq_ext"));
  EXPECT_EQ(target().Value("select count(*) from archive"), "1");
}

TEST_F(PgqConsumers, LocalConsumerFollowsItsFile) {
  target().Exec("create table archive (id int)");
  const std::string tick_file = dir_.path() + "/c.tick";
  const std::string ini = Ini("simple_local_consumer3",
                              "dst_query = insert into archive values (%%(id)s)\n"
                              "local_tracking_file = " +
                                  tick_file + "\n");
  const auto ids = [&] {
    return target().Value("select string_agg(id::text, ' ' order by id) from archive");
  };
  Pass("simple_local_consumer3", ini);
  Insert("I:id", "id=1");
  Tick();
  EXPECT_EQ(Pass("simple_local_consumer3", ini).status, 0);
  EXPECT_EQ(ReadWholeFile(tick_file), "2\n");
  // Killed after the file was written: the batch is passed over.
  Insert("I:id", "id=2");
  Tick();
  EXPECT_EQ(
      Pass("simple_local_consumer3", ini, {{"SKYTOOLS_FAILPOINT", "forward_after_commit=kill"}})
          .status,
      128 + SIGKILL);
  EXPECT_EQ(Pass("simple_local_consumer3", ini).status, 0);
  EXPECT_EQ(ids(), "1 2");
  // Killed before: it is worked on again.
  Insert("I:id", "id=3");
  Tick();
  EXPECT_EQ(
      Pass("simple_local_consumer3", ini, {{"SKYTOOLS_FAILPOINT", "forward_before_commit=kill"}})
          .status,
      128 + SIGKILL);
  EXPECT_EQ(Pass("simple_local_consumer3", ini).status, 0);
  EXPECT_EQ(ids(), "1 2 3 3");
  // The queue's position differs: the file's counts.
  Pgq({"register", "q", "mover", "--at-tick", "1"});
  const RunResult result = Pass("simple_local_consumer3", ini);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("stood at tick 1 of the queue and was moved to tick 4 of "));
  EXPECT_EQ(ids(), "1 2 3 3");
  std::ofstream(tick_file) << "nonsense";
  EXPECT_THAT(Pass("simple_local_consumer3", ini).err, HasSubstr("holds no tick number"));
  EXPECT_EQ(test_support::Run({"simple_local_consumer3", "--reset", ini}).status, 0);
  EXPECT_EQ(ReadWholeFile(tick_file), "4\n");
}

TEST_F(PgqConsumers, RefusesABadFileBeforeAnythingHappens) {
  const auto refusal = [&](const std::string& program, const std::string& more) {
    const RunResult result = Pass(program, Ini(program, more));
    EXPECT_EQ(result.status, 1);
    return result.err;
  };
  EXPECT_THAT(refusal("simple_consumer3", "dst_query = select '%%(id)s'\n"),
              AllOf(HasSubstr("c.ini:10: setting \"dst_query\": %(id)s stands inside quotes"),
                    HasSubstr("HINT:")));
  EXPECT_THAT(refusal("simple_consumer3", "dst_query = commit\n"),
              HasSubstr("begins or ends a transaction"));
  EXPECT_THAT(refusal("simple_consumer3", "dst_query = select %%(pgq.ev_x)s\n"),
              HasSubstr("%(pgq.ev_x)s is no field of an event"));
  EXPECT_THAT(refusal("queue_mover3", ""), HasSubstr("has no \"dst_queue_name\""));
  EXPECT_THAT(refusal("queue_splitter3", "queue_field = extra9\n"), HasSubstr("queue_field"));
  EXPECT_EQ(source().Value("select count(*) from pgq.subscription"), "0");
  // Keys of SkyTools' that mean nothing here are named.
  EXPECT_THAT(Pass("queue_mover3", MoverIni("0", "sql_retry = 1\nsome_key = 1\n")).err,
              AllOf(HasSubstr("setting \"sql_retry\" has no effect"),
                    HasSubstr("unknown setting \"some_key\"")));
}

TEST_F(PgqConsumers, CommandLine) {
  EXPECT_THAT(Plain({"queue-mover", "--help"}).out, HasSubstr("Usage: pgq queue-mover [options]"));
  EXPECT_THAT(test_support::Run({"queue_mover3", "-h"}).out,
              HasSubstr("Usage: queue_mover3 [options] INI"));
  EXPECT_THAT(test_support::Run({"queue_mover3", "--ini"}).out,
              AllOf(HasSubstr("[queue_mover3]\n"), HasSubstr("dst_queue_name = orders_copy")));
  EXPECT_THAT(test_support::Run({"queue_splitter3", "-V"}).out,
              HasSubstr("queue_splitter3, Skytools version 4"));
  RunResult result = test_support::Run({"queue_mover3"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("need config file, use --help for help."));
  EXPECT_EQ(Plain({"-d", "x", "queue-mover"}).status, 2);
  result = test_support::Run(
      {"simple_consumer3", "--rewind", Ini("simple_consumer3", "dst_query = select 1\n")});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("keeps no position of its own"));
}

}  // namespace
}  // namespace pgq_test
