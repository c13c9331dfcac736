// What the soak's events carry: a key that no other event has, and a payload that follows from it,
// so that a receiver can tell a damaged event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace soak {

inline constexpr const char* kQueue = "soak";
inline constexpr const char* kRowPrefix =
    "key=";  // what a row of soak_source looks like in an event of its trigger

inline std::uint64_t HashOf(std::string_view text) {  // FNV-1a
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

// Up to 600 bytes; every tenth event's row has a size that PostgreSQL compresses or moves out of
// line.
inline std::string PayloadOf(std::string_view key) {
  const std::uint64_t hash = HashOf(key);
  const std::size_t size = hash % 10 == 0 ? 3000 + hash % 9000 : hash % 600;
  std::string payload;
  for (std::uint64_t n = hash; payload.size() < size;
       n = n * 6364136223846793005u + 1442695040888963407u)
    payload += std::to_string(n) + "'\\&\t";
  payload.resize(size);
  return payload;
}

}  // namespace soak
