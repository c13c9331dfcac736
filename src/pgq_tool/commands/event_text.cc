#include "pgq_tool/commands/event_text.h"

#include "base/text.h"
#include "report/json.h"
#include "report/text_table.h"

namespace pgq_tool::commands {
namespace {

std::optional<std::string> Text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

// On one line.
std::string Shown(const std::optional<std::string>& text) {
  if (!text) return "-";
  std::string line;
  for (const char c : *text) {
    if (static_cast<unsigned char>(c) >= ' ' && c != '\x7F') {
      line += c;
    } else {
      constexpr const char* kDigits = "0123456789abcdef";
      line += "\\x";
      line += kDigits[static_cast<unsigned char>(c) / 16];
      line += kDigits[static_cast<unsigned char>(c) % 16];
    }
  }
  return line;
}

report::Json EventJson(const PendingEvent& event) {
  using report::OrNull;
  report::Json json = {{"ev_id", event.id}, {"ev_time", report::TimeOrNull(event.time)}};
  json["ev_retry"] =
      event.retry ? report::Json(base::ParseWhole<int>(*event.retry).value_or(0)) : nullptr;
  json["ev_type"] = OrNull(event.type);
  json["ev_data"] = OrNull(event.data);
  json["ev_extra1"] = OrNull(event.extra1);
  json["ev_extra2"] = OrNull(event.extra2);
  json["ev_extra3"] = OrNull(event.extra3);
  json["ev_extra4"] = OrNull(event.extra4);
  return json;
}

}  // namespace

PendingEvent ReadPendingEvent(const pqxx::row& row) {
  return {row[0].as<std::int64_t>(),
          row[1].as<std::string>(""),
          Text(row[3]),
          Text(row[4]),
          Text(row[5]),
          Text(row[6]),
          Text(row[7]),
          Text(row[8]),
          Text(row[9])};
}

std::string EventsText(const std::vector<PendingEvent>& events) {
  std::vector<std::vector<std::string>> rows;
  for (const PendingEvent& event : events)
    rows.push_back({std::to_string(event.id), event.time, Shown(event.type), Shown(event.extra1),
                    Shown(event.data)});
  return report::TextTable("Events", {"ev_id", "ev_time", "ev_type", "ev_extra1", "ev_data"}, rows);
}

std::string EventsJson(const std::vector<PendingEvent>& events) {
  return report::JsonText({{"events", report::ListOf(events, EventJson)}});
}

}  // namespace pgq_tool::commands
