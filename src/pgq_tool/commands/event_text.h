// Events that wait for a consumer, as text and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace pgq_tool::commands {

struct PendingEvent {
  std::int64_t id = 0;
  std::string time;
  std::optional<std::string> retry, type, data, extra1, extra2, extra3, extra4;
};

// A row of pgq.get_batch_cursor.
PendingEvent ReadPendingEvent(const pqxx::row& row);

std::string EventsText(const std::vector<PendingEvent>& events);
std::string EventsJson(const std::vector<PendingEvent>& events);

}  // namespace pgq_tool::commands
