#include "londiste/worker/sequence_watch.h"

#include "cascade/node.h"

namespace londiste::worker {
namespace {

// Small parts of the time that 5000 values a second take for the two buffers which are published at
// least.
constexpr base::Duration kAtRest(500), kMoving(100);
// Without sequences only add-seq matters. Ours wakes the worker.
constexpr base::Duration kSeldom(5'000);
// A sequence that goes on within the values it has logged, or that is not logged at all, writes
// nothing to the WAL.
constexpr base::Duration kAnyway(5'000);

constexpr const char* kPositions =
    "select pg_catalog.string_agg(s.seq_name || ' ' || "
    "coalesce(pg_catalog.pg_sequence_last_value(s.seq)::text, ''), ',' order by s.seq_name), "
    "pg_catalog.bool_or(c.relpersistence <> 'p') from (select seq_name, "
    "londiste.find_seq_oid(seq_name) as seq from londiste.seq_info where queue_name = $1 and local "
    "offset 0) s join pg_catalog.pg_class c on c.oid = s.seq where "
    "pg_catalog.has_sequence_privilege(s.seq, 'usage, select')";

}  // namespace

base::Duration SequenceWatch::Check(pg::Connection& root, const std::string& queue) {
  root.prepare("sequence_wal", "select pg_catalog.pg_current_wal_insert_lsn()");
  root.prepare("sequence_positions", kPositions);
  pqxx::nontransaction tx(root);
  const std::string wal = tx.exec_prepared1("sequence_wal")[0].c_str();
  const auto now = base::Clock::now();
  if (wal == wal_ && now < look_anyway_) return kAtRest;
  const pqxx::row row = tx.exec_prepared1("sequence_positions", queue);
  if (row[0].is_null()) return kSeldom;
  const std::string now_at(row[0].c_str(), row[0].size());
  if (!row[1].as<bool>()) wal_ = wal;
  look_anyway_ = now + kAnyway;
  if (now_at == seen_) return kAtRest;
  const cascade::Answer answer =
      cascade::Call(tx, "select * from londiste.root_check_seqs($1)", queue);
  constexpr int kNotRoot = 402;  // demoted a moment ago; the worker will see it
  if (answer.code == kNotRoot) return kAtRest;
  cascade::Require(answer);
  const bool moving = seen_.has_value();
  seen_ = now_at;
  return moving ? kMoving : kAtRest;
}

}  // namespace londiste::worker
