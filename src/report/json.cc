#include "report/json.h"

#include "pg/conninfo.h"

namespace report {

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json ConnstrOrNull(const std::string& connstr) {
  return connstr.empty() ? Json(nullptr) : Json(pg::RedactConnstr(connstr));
}

Json TimeOrNull(const std::string& server_time) {
  const std::size_t blank = server_time.find(' ');
  if (blank == std::string::npos) return TextOrNull(server_time);  // infinity
  std::string time = server_time;
  time[blank] = 'T';
  // The server leaves out the minutes of an offset of whole hours.
  const std::size_t sign = time.find_first_of("+-", blank);
  if (sign != std::string::npos && time.size() == sign + 3) time += ":00";
  return time;
}

Json ConditionJson(const pgq::StoredCondition& told) {
  return {{"kind", told.condition.kind},
          {"subject", TextOrNull(told.condition.subject)},
          {"severity", pgq::ToString(told.condition.severity)},
          {"message", told.condition.message},
          {"hint", TextOrNull(told.condition.hint)},
          {"since", TimeOrNull(told.since)}};
}

std::string JsonText(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace report
