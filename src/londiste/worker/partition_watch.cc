#include "londiste/worker/partition_watch.h"

#include <spdlog/spdlog.h>

#include "pg/may_call.h"

namespace londiste::worker {
namespace {

constexpr std::chrono::minutes kOften(1);

constexpr const char* kNews =
    "select message, hint from pgq.get_conditions($1) where pg_catalog.starts_with(kind, "
    "'partition_') and updated > coalesce($2::pg_catalog.timestamptz, pg_catalog.now() - "
    "'1us'::pg_catalog.interval)";

}  // namespace

void PartitionWatch::Check(pg::Connection& node, const std::string& queue) {
  if (!next_.Passed()) return;
  next_ = base::Deadline::After(kOften);
  pqxx::work tx(node);
  if (!pg::MayCall(tx, "londiste.check_partitions(text)")) return;
  tx.exec_params1("select londiste.check_partitions($1)", queue);
  // Also what the triggers have told since the last look.
  const pqxx::result news = tx.exec_params(kNews, queue, seen_);
  const std::string now = tx.exec1("select pg_catalog.now()")[0].as<std::string>();
  tx.commit();
  seen_ = now;
  for (const pqxx::row& row : news) spdlog::warn("{}; {}", row[0].c_str(), row[1].c_str());
}

}  // namespace londiste::worker
