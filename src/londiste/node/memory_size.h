// Sizes of memory as `sort -S` takes them, which SkyTools' repair passes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace londiste::node {

// "512M", "1G", "65536" (kilobytes), "100b", "30%" of `all` bytes; units K, M, G, T. nullopt: it is
// none of these, or nothing, or too much for any machine.
std::optional<std::int64_t> ParseMemorySize(std::string_view text, std::int64_t all);

// Of this machine, in bytes.
std::int64_t PhysicalMemory();

}  // namespace londiste::node
