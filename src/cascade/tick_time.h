// Times of ticks as servers write them, compared across sessions with other time zones.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cascade {

// Microseconds since 1970 of a timestamptz in DateStyle ISO, `2026-11-29 20:46:16.123456+05:30`.
// nullopt for what is not one (infinity, years before Christ).
std::optional<std::int64_t> TickMicroseconds(std::string_view time);

// Whether both are the same moment.
bool SameTickTime(std::string_view one, std::string_view other);

}  // namespace cascade
