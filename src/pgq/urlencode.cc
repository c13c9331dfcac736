#include "pgq/urlencode.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <unordered_map>

#include "base/error.h"

namespace pgq {
namespace {

constexpr std::array<bool, 256> MakeSafe() {
  std::array<bool, 256> safe{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")) {
    safe[static_cast<unsigned char>(c)] = true;
  }
  return safe;
}

constexpr auto kSafe = MakeSafe();

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::uint64_t kEachByte = 0x0101010101010101;

bool HasZeroByte(std::uint64_t word) {
  return ((word - kEachByte) & ~word & (kEachByte << 7)) != 0;
}

// Where the next '+' or '%' is, from `at` on; the end when there is none. Most values have none:
// eight bytes are looked at together.
std::size_t FindEscape(std::string_view text, std::size_t at) {
  for (std::uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (HasZeroByte(word ^ (kEachByte * '+')) || HasZeroByte(word ^ (kEachByte * '%'))) break;
  }
  while (at < text.size() && text[at] != '+' && text[at] != '%') ++at;
  return at;
}

}  // namespace

void DecodeTo(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  for (std::size_t at = FindEscape(text, 0); at < text.size(); at = FindEscape(text, at + 1)) {
    out.append(text, copied, at - copied);
    copied = at + 1;
    if (text[at] == '+') {
      out += ' ';
      continue;
    }
    const int high = at + 2 < text.size() ? HexDigit(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? HexDigit(text[at + 2]) : -1;
    if (high < 0 || low < 0)
      throw base::Error("invalid urlencoded value: bad escape at byte " + std::to_string(at));
    out += static_cast<char>(high * 16 + low);
    at += 2;
    copied = at + 1;
  }
  out.append(text, copied);
}

void EncodeTo(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kSafe[byte]) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

std::vector<Field> DecodeRow(std::string_view text) {
  std::vector<Field> row;
  std::unordered_map<std::string, std::size_t> places;
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view element = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (element.empty()) continue;
    const auto equals = element.find('=');
    Field field;
    DecodeTo(field.name, element.substr(0, equals));
    if (equals != std::string_view::npos)
      DecodeTo(field.value.emplace(), element.substr(equals + 1));
    const auto [place, is_new] = places.try_emplace(field.name, row.size());
    if (is_new) {
      row.push_back(std::move(field));
    } else {
      row[place->second].value = std::move(field.value);
    }
  }
  return row;
}

std::string EncodeRow(const std::vector<Field>& row) {
  std::string text;
  for (const Field& field : row) {
    if (!text.empty()) text += '&';
    EncodeTo(text, field.name);
    if (!field.value) continue;
    text += '=';
    EncodeTo(text, *field.value);
  }
  return text;
}

}  // namespace pgq
