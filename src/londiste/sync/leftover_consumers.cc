#include "londiste/sync/leftover_consumers.h"

#include <spdlog/spdlog.h>

#include <exception>

namespace londiste::sync {

void RemoveLeftoverConsumers(const std::string& local_connstr, const std::string& queue,
                             const std::vector<copy_thread::LeftoverConsumer>& left,
                             const copy::Remote& remote) {
  const auto options = pg::ConnectOptions::Fixed(local_connstr, remote.application_name);
  pg::Connection target(options, remote.interrupt);
  std::exception_ptr failure;
  for (const copy_thread::LeftoverConsumer& consumer : left) {
    try {
      const auto source = remote.Open(consumer.source_location);
      copy_thread::CopyConsumer(queue, consumer.name).Unregister(*source, target);
      spdlog::info("{}: removed the consumer that its copy left behind", consumer.table);
    } catch (...) {
      remote.interrupt.ThrowIfCancelled();
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace londiste::sync
