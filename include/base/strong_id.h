// Distinct integer types for distinct identifiers, so that a tick id cannot be passed where a batch
// id is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace base {

template <class Tag>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(std::int64_t value) : value_(value) {}
  constexpr std::int64_t value() const { return value_; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;
  friend std::ostream& operator<<(std::ostream& out, StrongId id) { return out << id.value_; }

 private:
  std::int64_t value_ = 0;
};

template <class Tag>
std::string ToString(StrongId<Tag> id) {
  return std::to_string(id.value());
}

}  // namespace base

template <class Tag>
struct std::hash<base::StrongId<Tag>> {
  std::size_t operator()(base::StrongId<Tag> id) const noexcept {
    return std::hash<std::int64_t>()(id.value());
  }
};
