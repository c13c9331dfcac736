// Reading plain text: cutting it, and whole numbers in it. ASCII, whatever the locale.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace base {

inline constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";

inline std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

// The part before the next `end`, without it, or all there is; `rest` moves on behind it.
inline std::string_view TakeUntil(std::string_view& rest, char end) {
  const auto at = rest.find(end);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return part;
}
inline std::string_view TakeLine(std::string_view& rest) { return TakeUntil(rest, '\n'); }

// A to Z only.
std::string LowerCase(std::string_view text);

// `text` as a number, if it is one from its first character to its last: no blanks, no plus sign,
// and it fits into the type.
template <std::integral Number>
std::optional<Number> ParseWhole(std::string_view text, int number_base = 10) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, number_base);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}
// The number that `text` begins with, as atoi(3) reads it but without blanks before it.
template <std::integral Number>
std::optional<Number> ParseLeading(std::string_view text) {
  Number number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace base
