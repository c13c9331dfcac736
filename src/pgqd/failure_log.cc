#include "pgqd/failure_log.h"

#include <chrono>

namespace pgqd {
namespace {

constexpr auto kInterval = std::chrono::minutes(1);
constexpr std::size_t kMostKinds = 100;

}  // namespace

std::optional<std::string> FailureLog::Admit(const std::string& kind, const std::string& text,
                                             base::Clock::time_point now) {
  if (seen_.size() > kMostKinds) seen_.clear();
  const auto [at, is_new] = seen_.try_emplace(kind, Seen{now, 0});
  if (is_new) return text;
  Seen& seen = at->second;
  ++seen.since;
  if (now - seen.logged < kInterval) return std::nullopt;
  const int count = seen.since;
  seen = {now, 0};
  return count == 1 ? text : text + " (" + std::to_string(count) + " times in the last minute)";
}

bool FailureLog::Clear() {
  const bool any = !seen_.empty();
  seen_.clear();
  return any;
}

}  // namespace pgqd
