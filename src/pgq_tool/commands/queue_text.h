// The state of queues as text for people and as JSON for scripts. The keys of the JSON are listed
// in the manual page.
#pragma once

#include <string>
#include <vector>

#include "pgq_tool/commands/queue_state.h"

namespace pgq_tool::commands {

std::string StatusText(const DatabaseState& state);
std::string StatusJson(const DatabaseState& state);

// Consumers, of one or several queues, as `consumers` lists them.
std::string ConsumersText(const std::vector<pgq::ConsumerInfo>& consumers);
std::string ConsumersJson(const std::vector<pgq::ConsumerInfo>& consumers);

std::string TickerStateText(const DatabaseState& state);
std::string TickerStateJson(const DatabaseState& state);

}  // namespace pgq_tool::commands
