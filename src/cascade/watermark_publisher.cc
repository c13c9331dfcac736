#include "cascade/watermark_publisher.h"

#include <algorithm>
#include <string>

namespace cascade {

void WatermarkPublisher::PublishGlobal(pg::Connection& root) {
  const auto now = base::Clock::now();
  if (now < next_global_) return;
  pqxx::nontransaction tx(root);
  Require(Call(tx, "select * from pgq_node.set_global_watermark($1, null)", options_.queue));
  next_global_ = now + options_.global_wm_publish_period;
}

void WatermarkPublisher::PublishLocal(LocalNode& local, ProviderLink& provider,
                                      pgq::TickId completed) {
  const auto now = base::Clock::now();
  if (now < next_local_) return;
  next_local_ = now + options_.local_wm_publish_period;
  pgq::TickId watermark = completed;
  {
    pqxx::nontransaction tx(local.connection());
    const std::optional<NodeInfo> node = GetNodeInfoAgain(tx, options_.queue);
    if (node && node->local_watermark) watermark = std::min(watermark, *node->local_watermark);
  }
  if (published_ == watermark) return;
  // A provider that refuses a watermark keeps more history than it needs; that is no reason to stop
  // replication.
  std::string refusal;
  try {
    refusal = provider.PublishWatermark(local.node().name, watermark);
    if (refusal.empty()) published_ = watermark;
  } catch (const pqxx::sql_error& error) {
    refusal = error.what();
  }
  if (!refusal.empty())
    observer_.Log(Severity::kWarning, "watermark " + ToString(watermark) + " refused by " +
                                          provider.node() + ": " + refusal);
}

}  // namespace cascade
