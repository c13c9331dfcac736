#include "pg/quote.h"

namespace pg {

QualifiedName QualifiedName::Parse(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {"public", std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::string QualifiedName::Quoted() const { return QuoteIdent(schema) + "." + QuoteIdent(name); }

std::string QuoteIdent(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string QuoteFqIdent(std::string_view text) { return QualifiedName::Parse(text).Quoted(); }

std::string QuoteLiteral(std::string_view value) {
  std::string quoted = value.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string QuoteNullable(std::optional<std::string_view> value) {
  return value ? QuoteLiteral(*value) : "NULL";
}

}  // namespace pg
