// londiste.table_info.table_attrs: what was said of a table when it was added.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgq/urlencode.h"

namespace londiste::tables {

class TableAttributes {
 public:
  TableAttributes() = default;
  // Of the stored, urlencoded text. Throws base::Error on a bad %xx.
  static TableAttributes Parse(std::string_view text);
  std::string Encoded() const;

  const std::vector<pgq::Field>& fields() const { return fields_; }
  bool empty() const { return fields_.empty(); }
  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  // "" when there is no such attribute, or it has no value.
  std::string Value(std::string_view key) const;
  void Set(const std::string& key, const std::string& value);
  void Remove(std::string_view key);
  // `{'copy_node': 'n2', 'skip_truncate': '1'}`, as SkyTools prints them.
  std::string ToString() const;
  friend bool operator==(const TableAttributes&, const TableAttributes&) = default;

 private:
  const pgq::Field* Find(std::string_view key) const;
  std::vector<pgq::Field> fields_;  // in the order in which they were set
};

}  // namespace londiste::tables
