// The rule of SkyTools for names of tables and sequences: without a dot they are in schema
// "public". A name in parts is QualifiedName in pg/quote.h, by the same rule.
#pragma once

#include <string>
#include <string_view>

namespace pg {

inline constexpr std::string_view kDefaultSchema = "public";

// `name`, with "public." before it when it holds no dot.
inline std::string WithDefaultSchema(std::string_view name) {
  if (name.find('.') != std::string_view::npos) return std::string(name);
  return std::string(kDefaultSchema) + "." + std::string(name);
}

}  // namespace pg
