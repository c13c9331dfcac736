// Fields of an event by their names in settings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pgq/event.h"

namespace pgq_tool::consumers {

// "ev_id", "ev_time", "ev_txid", "ev_retry", "ev_type", "ev_data", "ev_extra1" to "ev_extra4".
bool IsEventField(std::string_view name);
// nullopt: NULL. REQUIRES: IsEventField.
std::optional<std::string> EventField(const pgq::Event& event, std::string_view name);

}  // namespace pgq_tool::consumers
