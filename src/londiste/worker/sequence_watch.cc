#include "londiste/worker/sequence_watch.h"

#include "cascade/node.h"

namespace londiste::worker {
namespace {

// A small part of the time that a published value lasts (minutes at 5000 values a second).
constexpr base::Duration kOften(5'000);
// Without sequences only add-seq matters, and that wakes the worker.
constexpr base::Duration kSeldom(60'000);

}  // namespace

base::Duration SequenceWatch::Check(pg::Connection& root, const std::string& queue) {
  root.prepare(
      "sequence_positions",
      "select string_agg(seq_name || ' ' || pgq.seq_getval(seq_name), ',' order by seq_name) from "
      "londiste.seq_info"
      " where queue_name = $1 and local and londiste.find_seq_oid(seq_name) is not null");
  pqxx::nontransaction tx(root);
  const pqxx::field positions = tx.exec_prepared1("sequence_positions", queue)[0];
  if (positions.is_null()) return kSeldom;
  const std::string now_at(positions.c_str(), positions.size());
  if (now_at == seen_) return kOften;
  const cascade::Answer answer =
      cascade::Call(tx, "select * from londiste.root_check_seqs($1)", queue);
  constexpr int kNotRoot = 402;  // demoted a moment ago; the worker will see it
  if (answer.code == kNotRoot) return kOften;
  cascade::Require(answer);
  seen_ = now_at;
  return kOften;
}

}  // namespace londiste::worker
