#include "pgq_tool/consumers/event_fields.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace pgq_tool::consumers {
namespace {

using Read = std::optional<std::string> (*)(const pgq::Event& event);

std::optional<std::string> Owned(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

constexpr auto kFields = std::to_array<std::pair<std::string_view, Read>>({
    {"ev_id", [](const pgq::Event& e) { return std::optional(ToString(e.id)); }},
    {"ev_time", [](const pgq::Event& e) { return std::optional(std::string(e.time)); }},
    {"ev_txid", [](const pgq::Event& e) { return std::optional(ToString(e.txid)); }},
    {"ev_retry", [](const pgq::Event& e) { return Owned(e.retry); }},
    {"ev_type", [](const pgq::Event& e) { return Owned(e.type); }},
    {"ev_data", [](const pgq::Event& e) { return Owned(e.data); }},
    {"ev_extra1", [](const pgq::Event& e) { return Owned(e.extra1); }},
    {"ev_extra2", [](const pgq::Event& e) { return Owned(e.extra2); }},
    {"ev_extra3", [](const pgq::Event& e) { return Owned(e.extra3); }},
    {"ev_extra4", [](const pgq::Event& e) { return Owned(e.extra4); }},
});

auto Find(std::string_view name) {
  return std::ranges::find_if(kFields, [&](const auto& field) { return field.first == name; });
}

}  // namespace

bool IsEventField(std::string_view name) { return Find(name) != kFields.end(); }

std::optional<std::string> EventField(const pgq::Event& event, std::string_view name) {
  const auto field = Find(name);
  if (field == kFields.end()) throw std::logic_error("no event field: " + std::string(name));
  return field->second(event);
}

}  // namespace pgq_tool::consumers
