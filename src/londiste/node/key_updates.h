// What becomes of an UPDATE that changes the key of a replicated row: the setting key_update of the
// node's queue (pgq.set_queue_config), by which the triggers go.
#pragma once

#include <string>

#include "pg/connection.h"

namespace londiste::node {

// "refuse" also where pgq does not know the setting: SkyTools' and older ones.
std::string ReadKeyUpdates(pqxx::transaction_base& tx, const std::string& queue);
// Does nothing where pgq does not know the setting.
void SetKeyUpdates(pqxx::transaction_base& tx, const std::string& queue, const std::string& value);

}  // namespace londiste::node
