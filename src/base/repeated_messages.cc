#include "base/repeated_messages.h"

#include <utility>

namespace base {
namespace {

// Kinds may hold numbers that never come twice.
constexpr std::size_t kMostKinds = 100;

}  // namespace

std::optional<Repeats> RepeatedMessages::Add(const std::string& kind) {
  const auto now = now_();
  if (all_++ == 0) first_ = now;
  if (seen_.size() > kMostKinds) seen_.clear();
  Seen& seen = seen_.try_emplace(kind, Seen{now}).first->second;
  ++seen.since;
  const auto within = now - seen.told;
  if (within >= limits_.every) {
    seen.in_full = 1;
  } else if (seen.in_full < limits_.in_full) {
    ++seen.in_full;
    return Repeats{std::exchange(seen.since, 0), within};
  } else {
    return std::nullopt;
  }
  seen.told = now;
  return Repeats{std::exchange(seen.since, 0), within};
}

std::optional<Repeats> RepeatedMessages::Clear() {
  if (all_ == 0) return std::nullopt;
  seen_.clear();
  return Repeats{std::exchange(all_, 0), now_() - first_};
}

}  // namespace base
