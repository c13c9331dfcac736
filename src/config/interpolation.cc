#include "config/interpolation.h"

#include "base/error.h"

namespace config {
namespace {

constexpr int kMaxDepth = 10;

std::string Resolve(const std::string& section, const std::string& key, const LookUp& look_up,
                    int depth, std::string (*interpolate)(std::string_view, const LookUp&, int)) {
  if (depth >= kMaxDepth) throw base::Error("references are nested too deeply or in a circle");
  const auto value = look_up(section, key);
  if (!value) throw base::Error("refers to unknown key \"" + key + "\"");
  return interpolate(*value, look_up, depth + 1);
}

std::string Percent(std::string_view value, const LookUp& look_up, int depth) {
  std::string out;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] != '%') {
      out += value[at];
      continue;
    }
    const char next = at + 1 < value.size() ? value[at + 1] : '\0';
    if (next == '%') {
      out += '%';
      ++at;
      continue;
    }
    const std::size_t end = value.find(")s", at);
    if (next != '(' || end == std::string_view::npos)
      throw base::Error("'%' must be followed by '%' or '(key)s'");
    out += Resolve("", std::string(value.substr(at + 2, end - at - 2)), look_up, depth, Percent);
    at = end + 1;
  }
  return out;
}

std::string Dollar(std::string_view value, const LookUp& look_up, int depth) {
  std::string out;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] != '$') {
      out += value[at];
      continue;
    }
    const char next = at + 1 < value.size() ? value[at + 1] : '\0';
    if (next == '$') {
      out += '$';
      ++at;
      continue;
    }
    const std::size_t end = value.find('}', at);
    if (next != '{' || end == std::string_view::npos)
      throw base::Error("'$' must be followed by '$' or '{key}'");
    const std::string reference(value.substr(at + 2, end - at - 2));
    const std::size_t colon = reference.find(':');
    out += colon == std::string::npos
               ? Resolve("", reference, look_up, depth, Dollar)
               : Resolve(reference.substr(0, colon), reference.substr(colon + 1), look_up, depth,
                         Dollar);
    at = end;
  }
  return out;
}

}  // namespace

std::string InterpolatePercent(std::string_view value, const LookUp& look_up) {
  return Percent(value, look_up, 0);
}

std::string InterpolateDollar(std::string_view value, const LookUp& look_up) {
  return Dollar(value, look_up, 0);
}

}  // namespace config
