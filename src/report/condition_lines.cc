#include "report/condition_lines.h"

#include <algorithm>

namespace report {
namespace {

using pgq::ConditionSeverity;

const char* Word(ConditionSeverity severity) {
  switch (severity) {
    case ConditionSeverity::kNotice:
      return "NOTICE: ";
    case ConditionSeverity::kWarning:
      return "WARNING: ";
    case ConditionSeverity::kError:
      break;
  }
  return "ERROR: ";
}

std::string Count(const std::vector<pgq::StoredCondition>& conditions, ConditionSeverity severity,
                  const std::string& word) {
  const auto count = std::ranges::count_if(conditions, [&](const pgq::StoredCondition& told) {
    return told.condition.severity == severity;
  });
  if (count == 0) return "";
  return std::to_string(count) + " " + word + (count == 1 ? "" : "S");
}

}  // namespace

std::vector<std::string> ConditionLines(const std::vector<pgq::StoredCondition>& conditions) {
  std::vector<std::string> lines;
  for (const auto& [condition, since] : conditions) {
    lines.push_back(Word(condition.severity) + condition.message + " (since " + since + ")");
    if (!condition.hint.empty()) lines.push_back("  HINT: " + condition.hint);
  }
  return lines;
}

std::string ConditionCounts(const std::vector<pgq::StoredCondition>& conditions) {
  const std::string errors = Count(conditions, ConditionSeverity::kError, "ERROR");
  const std::string warnings = Count(conditions, ConditionSeverity::kWarning, "WARNING");
  return errors + (errors.empty() || warnings.empty() ? "" : ", ") + warnings;
}

}  // namespace report
