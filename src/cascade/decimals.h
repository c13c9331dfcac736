// A number with so many decimals, for messages. The client library has this layer in it and does
// without fmt, which its users would have to link.
#pragma once

#include <array>
#include <charconv>
#include <string>

namespace cascade {

inline std::string Decimals(double value, int decimals) {
  std::array<char, 400> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::fixed, decimals);
  return {text.data(), end.ptr};
}

}  // namespace cascade
