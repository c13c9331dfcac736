// Consumers that copies left behind: killed between two steps, or stopped because their table was
// removed. They keep the provider from rotating its event tables, so they are unregistered on both
// sides.
#pragma once

#include <string>
#include <vector>

#include "londiste/copy/source_node.h"
#include "londiste/copy_thread/copy_consumer.h"

namespace londiste::sync {

// Runs on a thread of its own. Throws what went wrong with the last one after trying all.
void RemoveLeftoverConsumers(const std::string& local_connstr, const std::string& queue,
                             const std::vector<copy_thread::LeftoverConsumer>& left,
                             const copy::Remote& remote);

}  // namespace londiste::sync
