// The commands that look at queues and administer them.
#include <signal.h>

#include "e2e/pgq/pgq_fixture.h"
#include "report/json.h"

namespace pgq_test {
namespace {

using namespace std::chrono_literals;
using report::Json;
using test_support::Eventually;
using test_support::Process;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PgqQueueCommands : public PgqTest {
 protected:
  Json JsonOf(std::vector<std::string> words) {
    words.emplace_back("--json");
    const RunResult result = Pgq(words);
    EXPECT_EQ(result.status, 0) << result.err;
    return Json::parse(result.out);
  }
};

TEST_F(PgqQueueCommands, CreateAndSet) {
  RunResult result = Pgq({"create", "orders", "ticker_max_lag=5 seconds", "ticker_max_count=77"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "queue \"orders\" created\n");
  EXPECT_EQ(
      source().Text("select queue_ticker_max_lag, queue_ticker_max_count from pgq.queue where "
                    "queue_name = 'orders'"),
      "00:00:05|77\n");
  // Safe to run twice; the name may be that of the column.
  result = Pgq({"create", "orders", "queue_rotation_period=1 hour"});
  EXPECT_EQ(result.out, "queue \"orders\" exists already\n");
  EXPECT_EQ(Pgq({"set", "orders", "ticker_paused=true"}).status, 0);
  EXPECT_EQ(source().Text("select queue_rotation_period, queue_ticker_paused from pgq.queue where "
                          "queue_name = 'orders'"),
            "01:00:00|t\n");
}

TEST_F(PgqQueueCommands, BadInputChangesNothing) {
  RunResult result = Pgq({"create", "orders", "ticker_maxlag=5 seconds"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("queues have no parameter 'ticker_maxlag'\n"
                                    "HINT:  Did you mean \"ticker_max_lag\"?"));
  EXPECT_EQ(Pgq({"create", "orders", "ticker_max_lag"}).status, 2);
  // The second value is wrong: the first is not set, the queue not created.
  result = Pgq({"create", "orders", "ticker_max_count=5", "ticker_max_lag=soon"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not set ticker_max_lag of queue \"orders\": "));
  EXPECT_THAT(result.err, HasSubstr("HINT:  Nothing was changed."));
  EXPECT_EQ(source().Value("select count(*) from pgq.queue"), "1");
  EXPECT_EQ(Pgq({"set", "q", "ticker_max_count=5", "ticker_max_lag=soon"}).status, 1);
  EXPECT_EQ(source().Value("select queue_ticker_max_count from pgq.queue"), "500");

  result = Pgq({"set", "qq", "ticker_max_count=5"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "pgq: error: queue \"qq\" does not exist\nHINT:  Did you mean \"q\"?\n");
  result = Pgq({"unregister", "q", "nobody"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "pgq: error: queue \"q\" has no consumer \"nobody\"\nHINT:  \"pgq consumers q\" lists "
            "them.\n");
}

TEST_F(PgqQueueCommands, CommandLine) {
  EXPECT_EQ(Plain({}).status, 2);
  RunResult result = Plain({"statsu"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("Unknown command 'statsu'"));
  EXPECT_THAT(result.err, HasSubstr("HINT:  Did you mean \"status\"?"));
  EXPECT_THAT(Plain({"drop"}).err, HasSubstr("command 'drop' got 0 args, but expects 1: QUEUE"));
  result = Plain({"status", "--force"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("command 'status' has no option --force"));
  EXPECT_THAT(Plain({"-V"}).out, HasSubstr("pgq, Skytools version 4"));
  EXPECT_THAT(Plain({"register", "--help"}).out, HasSubstr("--at-tick=TICK"));
  EXPECT_EQ(Plain({"status", "-d", "x", "--config", "y"}).status, 2);
}

TEST_F(PgqQueueCommands, FindsTheDatabase) {
  // The name alone, with psql's other options; and the files of other programs.
  RunResult result =
      Plain({"-d", source_database(), "-h", server().socket_dir(), "-U", "postgres", "status"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Database: " + source_database()));
  std::string ini = dir_.Write("n.ini", "[londiste]\ndb = " + SourceConnstr() + "\n");
  EXPECT_THAT(Plain({"status", "--config", ini}).out, HasSubstr(source_database()));
  ini = dir_.Write("m.ini",
                   "[queue_mover3]\nname = " + source_database() +
                       "\nsrc_db = dbname=%(name)s user=postgres host=" + server().socket_dir());
  EXPECT_THAT(Plain({"status", "--config", ini}).out, HasSubstr(source_database()));
  ini = dir_.Write("o.ini", "[pgqd]\nx = 1\n");
  EXPECT_THAT(Plain({"status", "--config", ini}).err,
              HasSubstr("no section has a setting db or src_db"));

  result = Plain({"status", "-d", server().Connstr("postgres")});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "pgq: error: database \"postgres\" has no schema pgq\nHINT:  A superuser installs it "
            "there: create extension pgq;\n");
  EXPECT_EQ(Plain({"status", "-d", "x", "-h", "/nonexistent"}).status, 1);
}

TEST_F(PgqQueueCommands, ConsumersComeAndGo) {
  Tick();
  RunResult result = Pgq({"register", "q", "early", "--at-tick", "1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "consumer \"early\" of queue \"q\" registered at tick 1\n");
  EXPECT_EQ(Pgq({"register", "q", "late"}).out,
            "consumer \"late\" of queue \"q\" registered at tick 2\n");
  EXPECT_EQ(Pgq({"register", "q", "same", "--copy", "early"}).out,
            "consumer \"same\" of queue \"q\" registered at tick 1\n");
  EXPECT_EQ(Pgq({"register", "q", "early"}).out,
            "consumer \"early\" of queue \"q\" is registered already, at tick 1\n");
  EXPECT_EQ(Pgq({"register", "q", "early", "--copy", "late"}).out,
            "consumer \"early\" of queue \"q\" moved to tick 2\n");
  result = Pgq({"register", "q", "early", "--at-tick", "4711"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(ConsumerState("last_tick", "early"), "2");
  EXPECT_EQ(Pgq({"register", "q", "early", "--at-tick", "x"}).status, 2);

  const Json list = JsonOf({"consumers", "q"});
  ASSERT_EQ(list["consumers"].size(), 3u);
  EXPECT_EQ(list["consumers"][0]["consumer_name"], "early");
  EXPECT_EQ(list["consumers"][2]["last_tick"], 1);
  EXPECT_THAT(Pgq({"consumers"}).out, AllOf(HasSubstr("early"), HasSubstr("late")));

  result = Pgq({"drop", "q"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("queue \"q\" still has consumers: \"early\", \"late\", "
                                    "\"same\"\nHINT:  They are unregistered with --force"));
  EXPECT_EQ(Pgq({"unregister", "q", "same"}).out,
            "consumer \"same\" of queue \"q\" unregistered\n");
  source().Exec(
      "select pgq_node.register_location('q', 'n1', 'dbname=x', false); "
      "select pgq_node.create_node('q', 'root', 'n1', 'w', null, null, null)");
  result = Pgq({"drop", "q", "--force"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("queue \"q\" makes this database node \"n1\" (root) of a "
                                    "cascade\nHINT:  Remove the node first: londiste INI drop-node "
                                    "n1"));
  source().Exec("delete from pgq_node.local_state; delete from pgq_node.node_info");
  source().Exec(
      "select pgq.unregister_consumer('q', c.consumer_name) from pgq.get_consumer_info('q') "
      "c where c.consumer_name not in ('early', 'late')");
  result = Pgq({"drop", "q", "--force"});
  EXPECT_EQ(result.out, "queue \"q\" dropped, with consumers \"early\", \"late\"\n");
  EXPECT_EQ(source().Value("select count(*) from pgq.queue"), "0");
  EXPECT_THAT(Pgq({"status"}).out, HasSubstr("There are no queues."));
}

TEST_F(PgqQueueCommands, EventsAreShownAndStay) {
  source().Exec("select pgq.register_consumer('q', 'c')");
  for (int i = 1; i <= 3; ++i) Insert("t", "line one\nnumber " + std::to_string(i), "x");
  Tick();
  for (int i = 4; i <= 6; ++i) Insert("t", "number " + std::to_string(i), "x");
  Tick();
  Insert("t", "not ticked yet");

  // Over the border of two batches.
  const Json list = JsonOf({"events", "q", "c", "--limit", "5"});
  ASSERT_EQ(list["events"].size(), 5u);
  EXPECT_EQ(list["events"][0]["ev_data"], "line one\nnumber 1");
  EXPECT_EQ(list["events"][4]["ev_data"], "number 5");
  EXPECT_EQ(list["events"][0]["ev_extra2"], nullptr);
  const std::string text = Pgq({"events", "q", "c"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("line one\\x0anumber 1"), HasSubstr("number 6"),
                          Not(HasSubstr("not ticked"))));
  EXPECT_EQ(ConsumerState("last_tick || '/' || (current_batch is null)", "c"), "1/true");
  EXPECT_EQ(Pgq({"events", "q", "c", "--limit", "0"}).status, 2);

  // One that works on a batch keeps it.
  source().Exec("select pgq.next_batch('q', 'c')");
  const std::string batch = ConsumerState("current_batch", "c");
  EXPECT_EQ(JsonOf({"events", "q", "c"})["events"].size(), 6u);
  EXPECT_EQ(ConsumerState("current_batch", "c"), batch);
}

TEST_F(PgqQueueCommands, TickIsForced) {
  Insert("t", "a");
  RunResult result = Pgq({"tick", "q"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "2\n");
  EXPECT_EQ(Pgq({"tick", "q"}).out, "3\n");
  EXPECT_EQ(Pgq({"set", "q", "ticker_paused=true"}).status, 0);
  result = Pgq({"tick", "q"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("the ticker is paused for queue \"q\"\nHINT:  \"pgq set q "
                                    "ticker_paused=false\" lets it go on."));

  // A reader may ask for a tick and has to wait for pgqd.
  Pgq({"set", "q", "ticker_paused=false"});
  source().Exec(
      "do $$ begin if to_regrole('tool_reader') is null then create role tool_reader login in role "
      "pgq_reader; end if; end $$");
  result = Plain({"tick", "q", "-d", SourceConnstr(), "-U", "tool_reader", "--wait", "0"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "pgq: error: queue \"q\" got no tick within 0 s\nHINT:  Is pgqd running? \"pgq "
            "ticker\" tells.\n");
  EXPECT_EQ(source().Value("select max(tick_id) from pgq.tick"), "3");
}

TEST_F(PgqQueueCommands, StatusTellsWhatIsWrong) {
  source().Exec("select pgq.register_consumer('q', 'sleeper')");
  Insert("t", "a");
  Tick();
  std::string text = Pgq({"status"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("pgqd: no pgqd serves this database"), HasSubstr("sleeper"),
                          Not(HasSubstr("kept from it"))));

  source().Exec(
      "update pgq.queue set queue_rotation_period = '1 second', queue_switch_time = now() - "
      "interval '1 day'");
  source().Exec("select pgq.set_condition('q', 'test_kind', '', 'error', 'all is lost', 'pray')");
  text = Pgq({"status", "q"}).out;
  EXPECT_THAT(text, HasSubstr("Queue q: event tables were rotated last 1d ago, are to be every 1s, "
                              "and are kept from it:\n  consumer \"sleeper\" stands at tick 1 "));
  EXPECT_THAT(text, HasSubstr("    HINT: If the consumer is still needed, start it"));
  EXPECT_THAT(text, HasSubstr("Queue q: ERROR: all is lost (since "));
  EXPECT_THAT(text, HasSubstr("Queue q:   HINT: pray\n"));

  const Json status = JsonOf({"status"});
  EXPECT_EQ(status["database"], source_database());
  EXPECT_EQ(status["pgqd"], nullptr);
  const Json& queue = status["queues"][0];
  EXPECT_EQ(queue["queue_name"], "q");
  EXPECT_EQ(queue["last_tick_id"], 2);
  EXPECT_EQ(queue["rotation_overdue"], true);
  EXPECT_EQ(queue["rotation_blockers"][0]["subject"], "consumer sleeper");
  EXPECT_EQ(queue["consumers"][0]["consumer_name"], "sleeper");
  EXPECT_EQ(queue["conditions"][0]["kind"], "test_kind");

  // Somebody without rights sees the queues, not the blockers; nothing is changed by looking.
  source().Exec(
      "do $$ begin if to_regrole('tool_guest') is null then create role tool_guest login; end if; "
      "end $$");
  const RunResult result = Plain({"status", "-d", SourceConnstr(), "-U", "tool_guest"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("sleeper"));
}

TEST_F(PgqQueueCommands, KnowsARunningPgqd) {
  RunResult result = Pgq({"ticker"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("pgqd: no pgqd serves this database"));

  const std::string ini =
      dir_.Write("pgqd.ini", "[pgqd]\nbase_connstr = host=" + server().socket_dir() +
                                 " user=postgres\ndatabase_list = " + source_database() +
                                 "\ninitial_database = " + source_database() + "\n");
  Process pgqd({"pgqd", ini});
  EXPECT_TRUE(Eventually(20s, "pgqd is seen", [&] { return Pgq({"ticker"}).status == 0; }));
  EXPECT_THAT(Pgq({"ticker"}).out, HasSubstr("pgqd: process "));
  const Json ticker = JsonOf({"ticker"});
  EXPECT_GT(ticker["pgqd"]["pid"], 0);
  EXPECT_EQ(ticker["pgqd"]["user"], "postgres");
  EXPECT_EQ(ticker["queues"][0]["ticker_max_count"], 500);
  // With pgqd at work everybody who may read can have a tick.
  source().Exec(
      "do $$ begin if to_regrole('tool_reader') is null then create role tool_reader login in role "
      "pgq_reader; end if; end $$");
  result = Plain({"tick", "q", "-d", SourceConnstr(), "-U", "tool_reader"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(pgqd.Stop(), 0);
}

}  // namespace
}  // namespace pgq_test
