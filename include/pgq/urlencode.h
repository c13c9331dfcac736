// The urlencoded rows of logutriga events: `id=1&txt=a+b&val` (NULL has no '=').
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgq {

struct Field {
  std::string name;
  std::optional<std::string> value;
  friend bool operator==(const Field&, const Field&) = default;
};

// Decodes a row; empty elements are skipped, a repeated name keeps its first place and the last
// value (SkyTools' rule). Throws base::Error on a bad %xx.
std::vector<Field> DecodeRow(std::string_view text);
std::string EncodeRow(const std::vector<Field>& row);
// One value: '+' is a space, %xx bytes. Appends to `out`.
void DecodeTo(std::string& out, std::string_view text);
void EncodeTo(std::string& out,
              std::string_view text);  // safe set A-Za-z0-9_.- , space '+', lower-case hex

}  // namespace pgq
