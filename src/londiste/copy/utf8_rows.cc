#include "londiste/copy/utf8_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "londiste/tables/not_utf8.h"
#include "pg/server_encoding.h"

namespace londiste::copy {
namespace {

struct CopiedColumn {
  std::string name;
  bool in_key;
};

std::vector<std::string_view> Fields(std::string_view row) {
  if (row.ends_with('\n')) row.remove_suffix(1);
  std::vector<std::string_view> fields;
  for (;;) {
    const auto tab = row.find('\t');
    fields.push_back(row.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    row.remove_prefix(tab + 1);
  }
}

[[noreturn]] void Refuse(const std::string& table, const std::vector<CopiedColumn>& columns,
                         std::string_view row) {
  const std::vector<std::string_view> fields = Fields(row);
  std::string key, bad;
  for (std::size_t at = 0; at < std::min(fields.size(), columns.size()); ++at) {
    if (columns[at].in_key)
      key += (key.empty() ? "" : ", ") + columns[at].name + "=" + base::PrintableUtf8(fields[at]);
    if (bad.empty() && !base::IsUtf8(fields[at])) bad = columns[at].name;
  }
  throw base::Error("table \"" + table + "\"" + (key.empty() ? "" : ", key (" + key + ")") +
                        ": column \"" + base::PrintableUtf8(bad) + "\" is not valid UTF-8",
                    tables::kNotUtf8Hint);
}

}  // namespace

std::function<void(std::string_view)> RowInspection(const pg::Connection& source,
                                                    const pg::Connection& target,
                                                    const Relation& from, ColumnPlan& plan) {
  if (pg::ServerEncoding(source) != "SQL_ASCII" || pg::ServerEncoding(target) == "SQL_ASCII")
    return {};
  plan.binary = false;
  std::vector<CopiedColumn> columns;
  for (const std::string& name : plan.columns) {
    const auto found = std::ranges::find(from.columns, name, &CopyColumn::name);
    columns.push_back({name, found != from.columns.end() && found->in_key});
  }
  return [table = from.name.ToString(), columns = std::move(columns)](std::string_view row) {
    if (!base::IsUtf8(row)) Refuse(table, columns, row);
  };
}

}  // namespace londiste::copy
