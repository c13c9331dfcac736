#include "pgq/urlencode.h"

#include <array>
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

}  // namespace

void DecodeTo(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '+' && c != '%') continue;
    out.append(text, copied, at - copied);
    copied = at + 1;
    if (c == '+') {
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
