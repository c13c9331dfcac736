// How late a queue's readers are: not the age of the tick they stand at, which grows on an idle
// queue as well, but that of the oldest change that has not arrived.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "pg/connection.h"

namespace londiste::node {

// By consumer name; 0 s: nothing waits. For a change of a transaction that was open for long it is
// at most the age of the consumer's tick, as the change could not be read before. Without the right
// to read the queue's events it is the age of that tick. Consumers without a position are left out.
std::map<std::string, std::chrono::seconds> ConsumerLags(pqxx::transaction_base& tx,
                                                         const std::string& queue);

// The same for the changes that no tick has taken yet. Unset: no queue, or it has no tick.
std::optional<std::chrono::seconds> TickerLag(pqxx::transaction_base& tx, const std::string& queue);

}  // namespace londiste::node
