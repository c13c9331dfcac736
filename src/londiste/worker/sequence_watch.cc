#include "londiste/worker/sequence_watch.h"

#include "cascade/node.h"

namespace londiste::worker {

base::Duration CheckSequences(pg::Connection& root, const std::string& queue) {
  // At 5000 values a second the margin of 10000 lasts two seconds.
  constexpr base::Duration kOften(1'000);
  // Without sequences only add-seq matters, and that wakes the worker.
  constexpr base::Duration kSeldom(60'000);
  pqxx::nontransaction tx(root);
  const bool any =
      tx.exec_params1(
            "select exists (select 1 from londiste.seq_info where queue_name = $1 and local)",
            queue)[0]
          .as<bool>();
  if (!any) return kSeldom;
  const cascade::Answer answer =
      cascade::Call(tx, "select * from londiste.root_check_seqs($1)", queue);
  constexpr int kNotRoot = 402;  // demoted a moment ago; the worker will see it
  if (answer.code != kNotRoot) cascade::Require(answer);
  return kOften;
}

}  // namespace londiste::worker
