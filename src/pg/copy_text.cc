#include <array>

#include "pg/copy.h"

namespace pg {
namespace {

// The letter after the backslash, or 0 for a byte that stands for itself.
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> escapes{};
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['\v'] = 'v';
  escapes['\\'] = '\\';
  return escapes;
}

constexpr auto kEscapes = MakeEscapes();

}  // namespace

void AppendCopyText(std::string& out, std::optional<std::string_view> value) {
  if (!value) {
    out += "\\N";
    return;
  }
  std::size_t copied = 0;
  for (std::size_t at = 0; at < value->size(); ++at) {
    const char escape = kEscapes[static_cast<unsigned char>((*value)[at])];
    if (escape == 0) continue;
    out.append(*value, copied, at - copied);
    out += '\\';
    out += escape;
    copied = at + 1;
  }
  out.append(*value, copied);
}

}  // namespace pg
