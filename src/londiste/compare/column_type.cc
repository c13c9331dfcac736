#include "londiste/compare/column_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"

namespace londiste::compare {
namespace {

template <std::size_t size>
bool IsOneOf(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::ranges::find(names, name) != names.end();
}

// Their text has, or lacks, an offset that is that of the session which wrote it, or reads it.
bool DependsOnZone(const ColumnType& type) {
  static constexpr std::array<std::string_view, 4> kTypes{"timestamptz", "tstzrange",
                                                          "tstzmultirange", "timetz"};
  return type.builtin && IsOneOf(type.element_name, kTypes);
}

// Names of what each database has of its own.
bool IsNameOfObject(const ColumnType& type) {
  return type.builtin && type.element_name.starts_with("reg");
}

[[noreturn]] void Refuse(const std::string& why, const ColumnType& above, const ColumnType& below) {
  throw base::Error(fmt::format("{} there and {} here: {}", above.full, below.full, why));
}

// A cast cuts silently what a column refuses.
std::string WithinLength(const std::string& text, const ColumnType& below) {
  if (below.modifier < 0) return "";
  const int length = below.modifier - 4;
  if (below.name == "varchar")
    return fmt::format("(left({0}, {1}) || rtrim(substr({0}, {2})))", text, length, length + 1);
  if (below.name == "bpchar")
    return fmt::format("rpad(rtrim({0}), greatest({1}, length(rtrim({0}))))", text, length);
  if (below.name == "bit" || below.name == "varbit") return "(" + text + ")::varbit";
  static constexpr std::array<std::string_view, 3> kElements{"varchar", "bit", "varbit"};
  if (below.array && IsOneOf(below.element_name, kElements))
    return fmt::format("({})::{}[]", text, below.element_name == "varchar" ? "varchar" : "varbit");
  return "";
}

std::string OfOwnType(const std::string& expression, const ColumnType& above,
                      const ColumnType& below,
                      const std::function<bool(const std::string& type)>& known_above) {
  if (above.name == below.name && above.kind == below.kind) return expression;  // other schema
  const bool enumeration = below.kind == 'e';
  if (!below.array && (enumeration || below.category == 'S') &&
      (above.builtin || above.kind == 'e'))
    return OutputText(expression);
  if (below.kind == 'b' && !below.array && known_above(below.plain))
    return "(" + OutputText(expression) + ")::" + below.plain;
  Refuse("what becomes of such a value is not known on the node above", above, below);
}

}  // namespace

std::string OutputText(const std::string& expression) {
  return fmt::format("case when {0} is distinct from null then format('%s', {0}) end", expression);
}

std::string FromText(const std::string& text, const ColumnType& type) {
  if (!type.builtin) return text;
  const std::string within = WithinLength(text, type);
  return within.empty() ? "(" + text + ")::" + type.full : within;
}

std::string AsBelow(const std::string& expression, const ColumnType& above, const ColumnType& below,
                    const std::function<bool(const std::string& type)>& known_above) {
  if (above == below) return expression;
  if (above.integer && below.integer) return fmt::format("({})::{}", expression, below.plain);
  if (above.plain != below.plain) {
    const bool written_with_zone = DependsOnZone(above) && above.element_name != "timetz";
    if (written_with_zone || DependsOnZone(below))
      Refuse("the value depends on the time zone of who writes it", above, below);
    if (IsNameOfObject(above) || IsNameOfObject(below))
      Refuse("it names something of its own database", above, below);
  }
  if (!below.builtin) return OfOwnType(expression, above, below, known_above);
  if (below.array && below.element_name == "bpchar" && below.modifier >= 0)
    Refuse("the length of the values is another", above, below);
  return FromText(OutputText(expression), below);
}

}  // namespace londiste::compare
