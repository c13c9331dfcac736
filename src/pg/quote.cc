#include "pg/quote.h"

#include "pg/keywords.h"

namespace pg {
namespace {

bool IsPlain(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!plain) return false;
  }
  return !IsReservedWord(name);
}

}  // namespace

QualifiedName QualifiedName::Parse(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {"public", std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::string QualifiedName::Quoted() const { return QuoteIdent(schema) + "." + QuoteIdent(name); }

std::string QuoteIdent(std::string_view name) {
  if (IsPlain(name)) return std::string(name);
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
