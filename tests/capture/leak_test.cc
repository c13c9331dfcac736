// The memory of a backend that publishes for days does not grow.
//
//   CAPTURE_EVENTS  how many events; 200000 by default, ten million by hand
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "capture/capture_database.h"
#include "support/postgres_server.h"

namespace capture_test {
namespace {

struct Memory {
  std::map<std::string, long> contexts;  // what PostgreSQL has allocated, by name, in bytes
  long resident_kb;                      // what the process occupies beside shared memory
};

class Leak : public testing::Test {
 protected:
  Leak()
      : server_({"jit = off", "max_wal_size = 4GB", "synchronous_commit = off",
                 "max_prepared_transactions = 2"}),
        database_(server_, Form::kC, Charset::kUtf8) {
    for (const char* statement : {
             "create table plain (id integer primary key, a text, b timestamptz default now(), c "
             "numeric, d float8[])",
             "create trigger capture after insert or update or delete on plain for each row "
             "execute function "
             "pgq.logutriga('capture', 'backup', 'ignore=c')",
             "create table rich (id integer primary key, a text, b jsonb, c \"Kinds\".nested, "
             "_pgq_ev_extra4 text)",
             "create trigger capture after insert or update or delete on rich for each row execute "
             "function "
             "pgq.sqltriga('capture', 'ev_extra3=id::text || a', 'when=id > 0')",
             "create trigger second after insert or update or delete on rich for each row execute "
             "function "
             "pgq.jsontriga('capture')",
             "create table leaf (id integer references plain on delete cascade)",
             "create trigger capture after insert or delete on leaf for each row execute function "
             "pgq.logutriga('capture', 'pkey=id')",
             // A row trigger of a site's own, with a subtransaction for each row.
             "create table nested (id integer primary key)",
             "create function nested() returns trigger language plpgsql as $$ begin"
             "  begin insert into leaf values (null); raise exception 'undone'; exception when "
             "raise_exception then null; end;"
             "  insert into rich values (new.id, 'nested'); return null; end $$",
             "create trigger capture after insert or delete on nested for each row execute "
             "function pgq.logutriga('capture')",
             "create trigger nested after insert on nested for each row execute function nested()",
         })
      Run(statement);
  }

  void Run(const std::string& sql) {
    const std::string result = database_.Run({sql, ""});
    ASSERT_FALSE(result.starts_with("ERROR")) << sql << ": " << result;
  }
  void Fail(const std::string& sql) {
    ASSERT_TRUE(database_.Run({sql, ""}).starts_with("ERROR")) << sql;
  }
  long Number(const std::string& sql) {
    const std::string result = database_.Run({sql, ""});
    return std::atol(result.substr(result.find('\n') + 1).c_str());
  }

  Memory Measure() {
    Memory memory{{}, 0};
    std::istringstream contexts(database_.Run(
        {"select name, sum(total_bytes) from pg_backend_memory_contexts group by name", ""}));
    std::string line;
    std::getline(contexts, line);
    while (std::getline(contexts, line))
      memory.contexts[line.substr(0, line.find('|'))] =
          std::atol(line.substr(line.find('|') + 1).c_str());
    std::ifstream status("/proc/" + std::to_string(Number("select pg_backend_pid()")) + "/status");
    while (std::getline(status, line))
      if (line.starts_with("RssAnon:")) memory.resident_kb = std::atol(line.substr(8).c_str());
    return memory;
  }

  // Everything once: about 2700 events.
  void Round() {
    Run("insert into plain select i, repeat('text', i % 50), now(), i, array[i, 0.5] from "
        "generate_series(1, 400) i");
    Run("update plain set a = a || 'x'");
    Run("update plain set c = c + 1");  // ignored
    Run("insert into plain values (1) on conflict (id) do update set a = excluded.a");
    Run("insert into leaf select generate_series(1, 400)");
    Run("delete from plain");  // and what follows from it
    Run("do $$ begin for i in 1 .. 100 loop insert into plain values (i, 'single'); delete from "
        "plain; end loop; end $$");
    Run("insert into rich select i, repeat('long ', 2000), '{\"a\": [1, 2]}', null, 'magic' from "
        "generate_series(1, 100) i");
    Run("update rich set a = a || 'y', c = row(row(id, 'b'), null, 1)");
    Run("delete from rich");
    Run("insert into nested select generate_series(1, 50)");
    Run("delete from rich");
    Run("delete from nested");
    Fail("insert into plain select 1 + i % 300, 'undone' from generate_series(1, 400) i");
    Run("begin");
    Run("insert into plain select generate_series(1, 100)");
    Run("savepoint s");
    Run("insert into plain select generate_series(101, 200)");
    Run("rollback to savepoint s");
    Fail("update plain set id = id + 1000");
    Run("rollback");
    Run("select pgq.insert_event('capture', 'type', 'data')");
  }

  // Definitions change, so that what is kept of them is made anew.
  void Redefine() {
    Run("alter table plain alter column a type varchar(1000), alter column d set default null");
    Run("insert into plain (id) values (1)");
    Run("alter table plain alter column a type text");
    Run("delete from plain");
    Run("drop trigger second on rich");
    Run("create trigger second after insert or update or delete on rich for each row execute "
        "function "
        "pgq.jsontriga('capture', 'ev_type=a', 'backup')");
    Run("insert into rich values (1)");
    Run("delete from rich");
    Run("create table passing (id integer primary key)");
    Run("create trigger capture after insert on passing for each row execute function "
        "pgq.sqltriga('capture', 'when=true')");
    Run("insert into passing values (1)");
    Run("drop table passing");
    Run("select pgq.create_queue('passing')");
    Run("select pgq.insert_event('passing', 'type', 'data')");
    Run("select pgq.drop_queue('passing')");
    Fail("select pgq.insert_event('passing', 'type', 'data')");
    Run("update pgq.queue set queue_per_tx_limit = case when queue_per_tx_limit is null then "
        "1000000 end");
  }

  void ExpectNoGrowth(const Memory& before, const Memory& after) {
    // These grow by what the statements do, also without capture.
    static const std::vector<std::string> kOfServer = {"Combo CIDs", "Sequence values",
                                                       "CacheMemoryContext"};
    long grown = 0;
    for (const auto& [name, bytes] : after.contexts) {
      const auto found = before.contexts.find(name);
      const long more = bytes - (found == before.contexts.end() ? 0 : found->second);
      if (std::ranges::find(kOfServer, name) == kOfServer.end()) grown += more;
      if (more > 0) printf("%s: %ld bytes more\n", name.c_str(), more);
    }
    printf("all contexts: %ld kB; resident: %ld kB, then %ld kB\n", grown / 1024,
           before.resident_kb, after.resident_kb);
    EXPECT_LE(grown, 512 * 1024);
    EXPECT_LE(after.resident_kb, before.resident_kb + 4096);
  }

  long EventsWanted() {
    const char* text = std::getenv("CAPTURE_EVENTS");
    return text ? std::atol(text) : 200000;
  }

  test_support::PostgresServer server_;
  CaptureDatabase database_;
};

TEST_F(Leak, ABackendKeepsItsSizeHoweverManyEventsItPublishes) {
  for (int i = 0; i < 3; ++i) Round();
  const long first = Number("select last_value from pgq.event_1_id_seq");
  const Memory before = Measure();
  const long wanted = first + EventsWanted();
  for (int i = 0; Number("select last_value from pgq.event_1_id_seq") < wanted; ++i) {
    ASSERT_NO_FATAL_FAILURE(Round());
    if (i % 20 != 19) continue;
    // Else the rounds get slow: they leave dead rows only.
    Run("truncate pgq.event_1, pgq.event_1_0, pgq.event_1_1, pgq.event_1_2");
    Run("vacuum plain, rich, leaf, nested");
  }
  ExpectNoGrowth(before, Measure());
}

TEST_F(Leak, OneTransactionKeepsItsSizeToo) {
  Run("begin");
  const char* piece =
      "do $$ begin for i in 1 .. 2000 loop insert into plain values (i, 'single'); delete from "
      "plain where id = i;"
      " begin insert into plain values (0); raise exception 'undone'; exception when "
      "raise_exception then null; end;"
      " end loop; end $$";
  for (int i = 0; i < 2; ++i) Run(piece);
  const long first = Number("select last_value from pgq.event_1_id_seq");
  const Memory before = Measure();
  // A subtransaction costs the transaction some bytes of PostgreSQL's own.
  for (long n = first; n < first + EventsWanted() / 4;
       n = Number("select last_value from pgq.event_1_id_seq"))
    ASSERT_NO_FATAL_FAILURE(Run(piece));
  ExpectNoGrowth(before, Measure());
  Run("commit");
}

TEST_F(Leak, DefinitionsThatChangeLeaveNothingBehind) {
  for (int i = 0; i < 20; ++i) Redefine();
  const Memory before = Measure();
  for (int i = 0; i < 200; ++i) ASSERT_NO_FATAL_FAILURE(Redefine());
  ExpectNoGrowth(before, Measure());
}

}  // namespace
}  // namespace capture_test
