#include "londiste/apply/array_rows.h"

#include <algorithm>

#include "base/error.h"

namespace londiste::apply {
namespace {

// The byte that COPY text writes as a backslash and this letter.
char Unescaped(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return letter;
  }
}

// Inside of quotes inside of an array inside of E'...'.
void AppendByte(std::string& out, char byte) {
  if (byte == '\\')
    out += R"(\\\\)";
  else if (byte == '"')
    out += R"(\\")";
  else if (byte == '\'')
    out += "''";
  else
    out += byte;
}

}  // namespace

ArrayRows::ArrayRows(const std::vector<const structure::TableColumn*>& columns)
    : columns_(columns), elements_(columns.size()) {}

void ArrayRows::Add(std::string_view line) {
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const auto end = line.find('\t');
    if ((end == std::string_view::npos) != (column + 1 == columns_.size()))
      throw base::Error("a row has another number of columns than its table");
    AddField(column, line.substr(0, end));
    if (end != std::string_view::npos) line.remove_prefix(end + 1);
  }
}

void ArrayRows::AddField(std::size_t column, std::string_view field) {
  std::string& out = elements_[column];
  if (!out.empty()) out += ',';
  if (field == "\\N") {
    out += "NULL";
    return;
  }
  out += '"';
  while (!field.empty()) {
    const std::size_t plain = std::min(field.find_first_of("\\\"'"), field.size());
    out.append(field, 0, plain);
    field.remove_prefix(plain);
    if (field.empty()) break;
    const bool escaped = field[0] == '\\' && field.size() > 1;
    AppendByte(out, escaped ? Unescaped(field[1]) : field[0]);
    field.remove_prefix(escaped ? 2 : 1);
  }
  out += '"';
}

std::string ArrayRows::Item() const {
  std::string functions, names;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    functions +=
        (column == 0 ? "pg_catalog.unnest(" : ", pg_catalog.unnest(") + Array(column) + ")";
    names += (column == 0 ? "c" : ", c") + std::to_string(column);
  }
  return "rows from (" + functions + ") s (" + names + ")";
}

std::string ArrayRows::Array(std::size_t column) const {
  return "E'{" + elements_[column] + "}'::" + columns_[column]->type + "[]";
}

}  // namespace londiste::apply
