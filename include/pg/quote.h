// SQL quoting, in one place. Values normally go as parameters; these are for DDL, COPY and
// generated statements.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pg {

// A table or sequence name in parts. Splits at the first dot; without one the schema is "public"
// (the rule of SkyTools).
struct QualifiedName {
  std::string schema;
  std::string name;
  static QualifiedName Parse(std::string_view text);
  std::string ToString() const {
    return schema + "." + name;
  }  // unquoted, as stored in londiste.table_info
  std::string Quoted() const;
  friend auto operator<=>(const QualifiedName&, const QualifiedName&) = default;
};

// Always in double quotes: which words are key words depends on the server. For SQL; messages show
// names as they are (QualifiedName::ToString).
std::string QuoteIdent(std::string_view name);
std::string QuoteFqIdent(std::string_view text);   // QualifiedName::Parse(text).Quoted()
std::string QuoteLiteral(std::string_view value);  // E'' form when there is a backslash
std::string QuoteNullable(std::optional<std::string_view> value);

}  // namespace pg
