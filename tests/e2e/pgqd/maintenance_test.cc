// Maintenance and retry events.
#include <gmock/gmock.h>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;

constexpr const char* kFast = "maint_period = 0.2\nretry_period = 0.2\nstats_period = 1\n";

class PgqdMaintenance : public Pgqd {
 protected:
  void SetUp() override { sql_.Exec("select pgq.register_consumer('q', 'c')"); }

  Sql sql_{server_.Connstr(CreateQueueDatabase("app"))};
};

TEST_F(PgqdMaintenance, RotatesEventTables) {
  sql_.Exec("select pgq.set_queue_config('q', 'rotation_period', '0.5 seconds')");
  Start(kFast);
  const auto turn = [&] {
    // A consumer that keeps up; rotation waits for it, and without events ticks come seldom.
    sql_.Exec("select pgq.insert_event('q', 'an event', '')");
    const std::string batch = sql_.Value("select pgq.next_batch('q', 'c')");
    if (batch != "(null)") sql_.Exec("select pgq.finish_batch(" + batch + ")");
    return sql_.Value("select queue_cur_table from pgq.queue");
  };
  for (const char* table : {"1", "2", "0"})
    EXPECT_TRUE(test_support::Eventually(kSoon, std::string("table ") + table, [&] {
      return turn() == table;
    })) << Log();
  EXPECT_TRUE(Logs("maint: "));
}

TEST_F(PgqdMaintenance, SaysWhatKeepsAQueueFromRotation) {
  sql_.Exec("select pgq.set_queue_config('q', 'rotation_period', '0.5 seconds')");
  // c never reads.
  Start(kFast);
  EXPECT_TRUE(Logs("consumer \"c\" stands at tick 1 of "));
  EXPECT_TRUE(
      Logs("HINT:  If the consumer is still needed, start it and let it catch up. If not: select "
           "pgq.unregister_consumer('q', 'c');"));
  EXPECT_EQ(sql_.Value("select kind || ', ' || subject || ', ' || severity from "
                       "pgq.get_conditions('q')"),
            "rotation_blocked, consumer c, warning");
  sql_.Exec("select pgq.unregister_consumer('q', 'c')");
  EXPECT_TRUE(Logs("[app]: queue \"q\" is not kept from rotation any more by consumer c"));
  EXPECT_TRUE(Becomes(
      sql_, "select count(*) from pgq.get_conditions('q') where subject = 'consumer c'", "0"));
  const std::string log = Log();
  const auto first = log.find("consumer \"c\" stands");
  EXPECT_EQ(log.find("WARNING [app]: event tables of queue \"q\" were rotated last", first + 1),
            std::string::npos)
      << "said once: " << log;
}

// Upstream takes the result of VACUUM for an error and never gets to what follows.
TEST_F(PgqdMaintenance, GoesOnAfterVacuumAndAfterErrors) {
  sql_.Exec(
      "create table done (what text);"
      "create function public.broken(text) returns int language plpgsql as $$ begin raise "
      "exception 'no luck with %', $1; end $$;"
      "create function public.twice(text) returns int language plpgsql as $$ begin"
      "  insert into done values ($1); return case when (select count(*) from done) % 2 = 1 then 1 "
      "else 0 end; end $$;"
      "create function public.words() returns text language sql as $$ insert into done values "
      "('words'); select 'text'::text $$;"
      "create or replace function pgq.maint_operations(out func_name text, out func_arg text) "
      "returns setof record language sql as $$"
      "  values ('vacuum', 'pgq.tick'), ('vacuum analyze', 'pgq.subscription'), ('public.broken', "
      "'x''y'), ('public.twice', 'a'),"
      "         ('public.words', null) $$;");
  Start(kFast);
  EXPECT_TRUE(Becomes(
      sql_, "select string_agg(what, ' ') from (select what from done order by ctid limit 3) d",
      "a a words"));
  EXPECT_TRUE(Logs("no luck with x'y"));
  EXPECT_THAT(Log(), HasSubstr(R"(vacuum analyze "pgq"."subscription")"));
}

// PgQ 3.0 has no list of operations.
TEST_F(PgqdMaintenance, WithoutAListTheFunctionsAreCalledAsTheyStand) {
  sql_.Exec(
      "select pgq.unregister_consumer('q', 'c');"
      "select pgq.set_queue_config('q', 'rotation_period', '0.2 seconds');"
      "drop function pgq.maint_operations()");
  Start(kFast);
  for (const char* table : {"1", "2", "0"})
    EXPECT_TRUE(Becomes(sql_, "select queue_cur_table from pgq.queue", table));
  EXPECT_TRUE(Becomes(sql_, "select queue_switch_step2 is not null from pgq.queue", "t"));
  EXPECT_TRUE(Logs(R"([app]: vacuum "pgq"."tick")"));
  EXPECT_TRUE(Logs("maint: "));
  EXPECT_THAT(Log(), testing::Not(HasSubstr("ERROR")));
}

// Also without errors in between: an operation that says so runs until it is done.
TEST_F(PgqdMaintenance, RunsAnOperationAgainUntilItReturnsZero) {
  sql_.Exec(
      "create table work (n int); insert into work select generate_series(1, 5);"
      "create function public.step() returns int language sql as $$"
      "  delete from work where n = (select min(n) from work) returning (n < 5)::int $$;"
      "create or replace function pgq.maint_operations(out func_name text, out func_arg text) "
      "returns setof record language sql as $$ values ('public.step', null) $$");
  Start("maint_period = 3600\n");
  EXPECT_TRUE(Becomes(sql_, "select count(*) from work", "0")) << "in one round";
}

TEST_F(PgqdMaintenance, MovesRetryEvents) {
  Start(std::string(kFast));
  sql_.Exec("select pgq.insert_event('q', 'type', 'again')");
  std::string batch;
  const auto take = [&] {
    return test_support::Eventually(kSoon, "a batch with the event", [&] {
      batch = sql_.Value("select pgq.next_batch('q', 'c')");
      if (batch == "(null)") return false;
      if (sql_.Value("select count(*) from pgq.get_batch_events(" + batch + ")") == "1")
        return true;
      sql_.Exec("select pgq.finish_batch(" + batch + ")");
      return false;
    });
  };
  ASSERT_TRUE(take()) << Log();
  sql_.Exec("select pgq.event_retry(" + batch + ", ev_id, 0) from pgq.get_batch_events(" + batch +
            ")");
  sql_.Exec("select pgq.finish_batch(" + batch + ")");
  ASSERT_TRUE(take()) << Log();
  EXPECT_EQ(
      sql_.Value("select ev_data || ' ' || ev_retry from pgq.get_batch_events(" + batch + ")"),
      "again 1");
  EXPECT_TRUE(Logs("retry: 1}"));
}

TEST_F(PgqdMaintenance, AKillBetweenTheStepsOfARotationIsMadeGood) {
  sql_.Exec(
      "select pgq.set_queue_config('q', 'rotation_period', '0.1 seconds'); select "
      "pgq.unregister_consumer('q', 'c')");
  Start(kFast, {{"SKYTOOLS_FAILPOINT", "pgqd_between_rotate_steps=kill"}});
  EXPECT_EQ(pgqd_->Wait(kSoon), 137);
  ASSERT_EQ(sql_.Value("select queue_switch_step2 is null from pgq.queue"), "t")
      << "step 1 is done, step 2 is not";
  sql_.Exec("select pgq.insert_event('q', 'type', 'between')");
  sql_.Exec("select pgq.set_queue_config('q', 'rotation_period', '1 hour')");
  Start(kFast);
  EXPECT_TRUE(Becomes(sql_, "select queue_switch_step2 is not null from pgq.queue", "t"));
  EXPECT_EQ(sql_.Value("select count(*) from pgq.event_1"), "1");
}

}  // namespace
}  // namespace pgqd_test
