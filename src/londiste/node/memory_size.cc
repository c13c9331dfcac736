#include "londiste/node/memory_size.h"

#include <unistd.h>

#include <string>

#include "base/text.h"

namespace londiste::node {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 50;

// nullopt: no unit.
std::optional<std::int64_t> Unit(char letter) {
  switch (letter) {
    case 'b':
      return 1;
    case 'k':
    case 'K':
      return 1 << 10;
    case 'M':
      return 1 << 20;
    case 'G':
      return 1 << 30;
    case 'T':
      return std::int64_t{1} << 40;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::int64_t> ParseMemorySize(std::string_view text, std::int64_t all) {
  if (text.empty()) return std::nullopt;
  const bool percent = text.back() == '%';
  const auto unit = percent ? std::optional<std::int64_t>(1) : Unit(text.back());
  if (unit) text.remove_suffix(1);
  const auto number = base::ParseWhole<std::int64_t>(std::string(text));
  if (!number || *number <= 0) return std::nullopt;
  if (percent) return *number > 100 ? std::nullopt : std::optional(all / 100 * *number);
  const std::int64_t factor = unit.value_or(1 << 10);
  if (*number > kMost / factor) return std::nullopt;
  return *number * factor;
}

std::int64_t PhysicalMemory() {
  return std::int64_t{sysconf(_SC_PHYS_PAGES)} * std::int64_t{sysconf(_SC_PAGESIZE)};
}

}  // namespace londiste::node
