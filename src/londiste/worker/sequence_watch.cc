#include "londiste/worker/sequence_watch.h"

#include <algorithm>

#include "cascade/node.h"

namespace londiste::worker {
namespace {

// Small parts of the time that 5000 values a second take for the two buffers which are published at
// least.
constexpr base::Duration kSlowest(500), kFastest(100);
// Without sequences only add-seq matters, and that wakes the worker.
constexpr base::Duration kWithoutSequences(60'000);
// Everything is looked at in full this often: a sequence that is not logged, or goes on within the
// values that it has logged, writes nothing to the WAL; margins follow more than the distance.
constexpr base::Duration kInFull(5'000);

// pg_sequence_last_value costs far less than a query for each sequence.
constexpr const char* kSequences =
    "select pg_catalog.array_agg(s.seq)::text, pg_catalog.array_agg(s.seq_name)::text, "
    "coalesce(pg_catalog.bool_and(c.relpersistence = 'p'), true) from (select seq_name, "
    "londiste.find_seq_oid(seq_name) as seq from londiste.seq_info where queue_name = $1 and local "
    "offset 0) s join pg_catalog.pg_class c on c.oid = s.seq where "
    "pg_catalog.has_sequence_privilege(s.seq, 'usage, select')";

// `left`: of what londiste._publish_seqs keeps as the least distance, two buffers of 10000.
constexpr const char* kLook =
    "with here as (select i.seq_name, p.seqincrement::numeric as step, p.seqcycle, "
    "p.seqmax::numeric - p.seqmin + 1 as span, "
    "coalesce(pg_catalog.pg_sequence_last_value(c.oid), p.seqstart) as value, i.last_value as "
    "published from rows from (pg_catalog.unnest($2::pg_catalog.oid[]), "
    "pg_catalog.unnest($3::text[])) s (oid, name) "
    "join pg_catalog.pg_class c on c.oid = s.oid "
    "join pg_catalog.pg_sequence p on p.seqrelid = c.oid "
    "join londiste.seq_info i on i.queue_name = $1 and i.local and i.seq_name = s.name), "
    "way as (select seq_name, value, step, span, seqcycle, pg_catalog.sign(step) * (published - "
    "value) as ahead from here) "
    "select coalesce(pg_catalog.string_agg(seq_name || ' ' || value::text, ',' order by seq_name), "
    "''), coalesce(pg_catalog.min(least(1000000000000, pg_catalog.floor((case when seqcycle and "
    "ahead < -span / 2 then ahead + span else ahead end) / pg_catalog.abs(step)) - "
    "20000))::bigint, 0), coalesce(pg_catalog.sum(value / step), 0)::float8, (select "
    "pg_catalog.count(*) from londiste.seq_info where queue_name = $1 "
    "and local) from way";

}  // namespace

base::Duration SequenceWatch::Check(pg::Connection& root, const std::string& queue) {
  root.prepare("sequence_wal", "select pg_catalog.pg_current_wal_insert_lsn()");
  root.prepare("sequences", kSequences);
  root.prepare("sequence_look", kLook);
  pqxx::nontransaction tx(root);
  const auto now = base::Clock::now();
  const std::string wal = tx.exec_prepared1("sequence_wal")[0].c_str();
  if (wal == wal_ && all_logged_ && now < load_at_) return kSlowest;
  wal_ = wal;
  if (now >= load_at_) Load(tx, queue);
  Look look = LookAt(tx, queue);
  if (look.sequences != sequences_) {
    Load(tx, queue);
    look = LookAt(tx, queue);
  }
  if (look.sequences == 0) return kWithoutSequences;
  if (seen_ && look.positions == seen_->positions) return kSlowest;
  if (!seen_ || look.left <= 0 || now >= publish_at_) {
    Publish(tx, queue);
    publish_at_ = now + kInFull;
    look.left = LookAt(tx, queue).left;
  }
  const base::Duration next = NextIn(look, now);
  seen_ = std::move(look);
  seen_at_ = now;
  return next;
}

void SequenceWatch::Load(pqxx::transaction_base& tx, const std::string& queue) {
  const pqxx::row row = tx.exec_prepared1("sequences", queue);
  oids_ = row[0].as<std::string>("{}");
  names_ = row[1].as<std::string>("{}");
  all_logged_ = row[2].as<bool>();
  sequences_ = LookAt(tx, queue).sequences;
  load_at_ = base::Clock::now() + kInFull;
}

SequenceWatch::Look SequenceWatch::LookAt(pqxx::transaction_base& tx,
                                          const std::string& queue) const {
  const pqxx::row row = tx.exec_prepared1("sequence_look", queue, oids_, names_);
  return {row[0].as<std::string>(), row[1].as<std::int64_t>(), row[2].as<double>(),
          row[3].as<int>()};
}

// A node that was demoted a moment ago refuses (402): the worker will see it.
void SequenceWatch::Publish(pqxx::transaction_base& tx, const std::string& queue) {
  const cascade::Answer answer =
      cascade::Call(tx, "select * from londiste.root_check_seqs($1)", queue);
  constexpr int kNotRoot = 402;
  if (answer.code != kNotRoot) cascade::Require(answer);
}

// In half the time that is left, if one of them gave out all the numbers that all together did. The
// slowest look is soon enough for what is promised, the faster ones are for more.
base::Duration SequenceWatch::NextIn(const Look& look, base::Clock::time_point now) const {
  if (!seen_) return kSlowest;
  const double given = look.given - seen_->given;
  if (given <= 0) return kFastest;  // set back, or over its end
  const double elapsed_ms = std::chrono::duration<double, std::milli>(now - seen_at_).count();
  const double left = static_cast<double>(std::max<std::int64_t>(look.left, 0));
  const double next_ms = std::min(left * elapsed_ms / given / 2, 1e6);
  return std::clamp(base::Duration(static_cast<std::int64_t>(next_ms)), kFastest, kSlowest);
}

}  // namespace londiste::worker
