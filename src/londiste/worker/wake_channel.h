// The notification channel on which administrative commands wake the worker of the same node.
#pragma once

#include <string>
#include <string_view>

namespace londiste::worker {

// `pgq_node_<queue name>`, cut and made distinct by a hash when it would exceed PostgreSQL's 63
// bytes. Quote it in LISTEN.
std::string WakeChannel(std::string_view queue_name);

}  // namespace londiste::worker
