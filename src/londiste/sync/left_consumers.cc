#include "londiste/sync/left_consumers.h"

#include <spdlog/spdlog.h>

#include <exception>

namespace londiste::sync {

void RemoveLeftConsumers(const std::string& local_connstr, const std::string& queue,
                         const std::vector<LeftConsumer>& left, const copy::Remote& remote) {
  pg::ConnectOptions options;
  options.connstr = local_connstr;
  options.application_name = remote.application_name;
  options.transaction_pools = pg::TransactionPools::kRefuse;
  pg::Connection target(options, remote.interrupt);
  std::exception_ptr failure;
  for (const LeftConsumer& consumer : left) {
    try {
      const auto source = remote.Open(consumer.source_location);
      CopyConsumer(queue, consumer.name).Unregister(*source, target);
      spdlog::info("{}: removed the consumer that its copy left behind", consumer.table);
    } catch (...) {
      remote.interrupt.ThrowIfCancelled();
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace londiste::sync
