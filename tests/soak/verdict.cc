#include "soak/verdict.h"

namespace soak {
namespace {

struct Check {
  const char* what;
  const char* rows;  // a query whose rows, one text each, are findings
};

// A batch that consumer plain has tried more than once counts as the first attempt; that the others
// are equal is a check of its own.
constexpr const char* kDefinitions =
    "create temp view plain as select s.key from soak_plain s join (select min(attempt) as attempt "
    "from soak_plain_attempt group by batch_id) f "
    "using (attempt); "
    "create temp view keeper as select key from soak_keeper; "
    "create temp view exact as select key from soak_exact; analyze";

constexpr Check kChecks[] = {
    {"a key is committed twice (the soak itself is wrong)",
     "select key from soak_committed group by key having count(*) > 1"},
    {"plain lost", "select key from soak_committed except select key from plain"},
    {"plain repeated", "select key || ' ' || count(*) from plain group by key having count(*) > 1"},
    {"plain invented", "select key from plain except select key from soak_committed"},
    {"plain got other events at another attempt at a batch",
     "select batch_id::text from (select a.batch_id, string_agg(p.ev_id || ' ' || p.key, ',' order "
     "by p.ev_id, p.key) as events "
     "from soak_plain_attempt a left join soak_plain p using (attempt) group by a.attempt, "
     "a.batch_id) x "
     "group by batch_id having count(distinct coalesce(events, '')) > 1"},
    {"keeper lost", "select key from soak_committed except select key from keeper"},
    {"keeper repeated",
     "select key || ' ' || count(*) from keeper group by key having count(*) > 1"},
    {"keeper invented", "select key from keeper except select key from soak_committed"},
    {"exact lost", "select key from soak_committed except select key from exact"},
    {"exact repeated", "select key || ' ' || count(*) from exact group by key having count(*) > 1"},
    {"exact invented", "select key from exact except select key from soak_committed"},
    {"consumers disagree about the id of an event",
     "select e.key from soak_exact e join soak_keeper k using (key) join soak_plain p using (key) "
     "where e.ev_id <> k.ev_id or e.ev_id <> p.ev_id"},
    {"an id is used for two events",
     "select ev_id::text from soak_exact group by ev_id having count(distinct key) > 1"},
    {"complaints of consumers",
     "select consumer || ': ' || words || ' at ' || at from soak_complaint"},
};

}  // namespace

std::vector<Finding> Judge(test_support::Sql& sql) {
  sql.Exec(kDefinitions);
  std::vector<Finding> findings;
  for (const Check& check : kChecks) {
    sql.Exec(std::string("create temp table finding (words) as ") + check.rows);
    const std::string count = sql.Value("select count(*) from finding");
    if (count != "0")
      findings.push_back(
          {check.what, count, sql.Text("select words from finding order by 1 limit 20")});
    sql.Exec("drop table finding");
  }
  return findings;
}

}  // namespace soak
