// JSON for scripts. Keys keep the order in which they were set.
//
// Compiles slowly: include it in .cc files only, and give results to others as text.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pgq/conditions.h"

namespace report {

using Json = nlohmann::ordered_json;

// null for what is not known: a key is always there.
template <class T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}
// null for "".
Json TextOrNull(const std::string& text);
// A connect string without its passwords; null for "".
Json ConnstrOrNull(const std::string& connstr);
// A time as the server writes it (DateStyle ISO), as ISO 8601: 2026-11-29T10:00:00+00:00.
Json TimeOrNull(const std::string& server_time);

template <class T, class ToJson>
Json ListOf(const std::vector<T>& values, ToJson to_json) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}
Json ConditionJson(const pgq::StoredCondition& told);

// Indented, with a newline at the end. Bytes that are not UTF-8 become U+FFFD.
std::string JsonText(const Json& json);

}  // namespace report
