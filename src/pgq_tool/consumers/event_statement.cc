#include "pgq_tool/consumers/event_statement.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "pgq/urlencode.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/event_fields.h"

namespace pgq_tool::consumers {
namespace {

constexpr std::string_view kOfEvent = "pgq.";

StatementTemplate ReadTemplate(const config::Settings& settings) {
  try {
    StatementTemplate query = StatementTemplate::Parse(settings.text("dst_query"));
    for (const std::string& name : query.Names()) {
      if (!name.starts_with(kOfEvent) || name == "pgq.tick_id") continue;
      if (!IsEventField(name.substr(kOfEvent.size())))
        throw base::Error("%(" + name + ")s is no field of an event",
                          "There are pgq.ev_id, ev_time, ev_txid, ev_retry, ev_type, ev_data, "
                          "ev_extra1 to ev_extra4, and pgq.tick_id.");
    }
    return query;
  } catch (const base::ConfigError&) {
    throw;
  } catch (const base::Error& error) {
    Refuse(settings, "dst_query", error);
  }
}

bool IsRow(std::string_view type) {
  return type.size() >= 2 && type[1] == ':' && std::string_view("IUD").find(type[0]) != type.npos;
}

}  // namespace

EventStatement::EventStatement(const config::Settings& settings)
    : template_(ReadTemplate(settings)) {}

std::optional<std::string> EventStatement::For(const pgq::Event& event, pgq::TickId tick) const {
  if (!IsRow(event.type_or_empty())) return std::nullopt;
  const std::vector<pgq::Field> row = pgq::DecodeRow(event.data_or_empty());
  return template_.Expand([&](const std::string& name) -> std::optional<std::string> {
    if (name == "pgq.tick_id") return ToString(tick);
    if (name.starts_with(kOfEvent)) return EventField(event, name.substr(kOfEvent.size()));
    const auto field = std::ranges::find(row, name, &pgq::Field::name);
    if (field != row.end()) return field->value;
    throw base::Error("event " + ToString(event.id) + " of \"" +
                          std::string(event.extra1_or_empty()) + "\" has no column \"" + name +
                          "\", which dst_query names",
                      "consumer_filter or table_filter can leave other tables out.");
  });
}

config::Setting QuerySetting() {
  return {.name = "dst_query",
          .required = true,
          .help =
              "Statement for each row event (type I:, U: or D:). %%(col)s is the value of a "
              "column, %%(pgq.ev_type)s a field of the event (ev_id to ev_extra4), "
              "%%(pgq.tick_id)s the batch's tick; each becomes a literal. (A percent sign is "
              "doubled in an INI file.)",
          .sample = "select archive.store(%%(pgq.ev_type)s, %%(id)s, %%(amount)s)",
          .reloadable = true};
}

}  // namespace pgq_tool::consumers
