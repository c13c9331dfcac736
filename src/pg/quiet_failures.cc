#include "pg/quiet_failures.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pg {
namespace {

// PEP 249's classes by the beginning of SQLSTATEs, as psycopg2 assigns them.
constexpr auto kClasses = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"0A", "NotSupportedError"}, {"20", "ProgrammingError"},
    {"21", "ProgrammingError"},  {"22", "DataError"},
    {"23", "IntegrityError"},    {"24", "InternalError"},
    {"25", "InternalError"},     {"26", "OperationalError"},
    {"27", "OperationalError"},  {"28", "OperationalError"},
    {"2B", "InternalError"},     {"2D", "InternalError"},
    {"2F", "InternalError"},     {"34", "OperationalError"},
    {"38", "InternalError"},     {"39", "InternalError"},
    {"3B", "InternalError"},     {"3D", "ProgrammingError"},
    {"3F", "ProgrammingError"},  {"40", "TransactionRollbackError"},
    {"42", "ProgrammingError"},  {"44", "ProgrammingError"},
    {"53", "OperationalError"},  {"54", "OperationalError"},
    {"55", "OperationalError"},  {"57", "OperationalError"},
    {"58", "OperationalError"},  {"F0", "InternalError"},
    {"HV", "OperationalError"},  {"P0", "InternalError"},
    {"XX", "InternalError"},
});

// psycopg2 says InterfaceError where a connection is used that was lost before.
constexpr std::string_view kAll = "ALL", kQueryCanceled = "QueryCanceledError",
                           kLostBefore = "InterfaceError";

std::string_view ClassOf(const Failure& failure) {
  if (failure.kind == FailureKind::kConnectionLost || failure.kind == FailureKind::kConnectFailed)
    return "OperationalError";
  if (failure.sqlstate == "57014") return kQueryCanceled;
  for (const auto& [begins, name] : kClasses)
    if (failure.sqlstate.starts_with(begins)) return name;
  return failure.sqlstate.empty() ? "" : "DatabaseError";
}

std::string_view BareName(std::string_view kind) { return kind.substr(kind.rfind('.') + 1); }

bool IsState(std::string_view kind) {
  return (kind.size() == 2 || kind.size() == 5) && std::ranges::all_of(kind, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

bool Matches(const Failure& failure, std::string_view kind) {
  if (kind == kAll) return true;
  if (IsState(kind) && failure.sqlstate.starts_with(kind)) return true;
  const std::string_view name = BareName(kind);
  if (name == kLostBefore && failure.kind == FailureKind::kConnectionLost) return true;
  return !name.empty() && name == ClassOf(failure);
}

}  // namespace

bool IsFailureKind(std::string_view kind) {
  const std::string_view name = BareName(kind);
  return kind == kAll || IsState(kind) || name == "DatabaseError" || name == kQueryCanceled ||
         name == kLostBefore ||
         std::ranges::any_of(kClasses, [&](const auto& known) { return known.second == name; });
}

bool QuietFailures::Add(const Failure& failure, const QuietFailureOptions& options,
                        base::Clock::time_point now) {
  if (!std::exchange(any_, true) || now - last_ > options.reset) first_ = now;
  last_ = now;
  if (now - first_ >= options.grace) return false;
  return std::ranges::any_of(options.kinds,
                             [&](const std::string& kind) { return Matches(failure, kind); });
}

}  // namespace pg
