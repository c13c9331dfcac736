// Rows of a net effect within the text of a statement: an array for each column.
//
// What SQL makes of them does not depend on the session's settings, and the array's type reads each
// element as it reads a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "londiste/structure/table_shape.h"

namespace londiste::apply {

class ArrayRows {
 public:
  // Of these columns: each has a type with arrays (TableColumn::has_array).
  explicit ArrayRows(const std::vector<const structure::TableColumn*>& columns);

  // A line of COPY text without the newline.
  void Add(std::string_view line);

  // As an item of FROM, named s, with columns c0, c1, ...
  std::string Item() const;
  // All values of one column: `E'{"1","2"}'::pg_catalog.int8[]`.
  std::string Array(std::size_t column) const;

 private:
  void AddField(std::size_t column, std::string_view field);

  std::vector<const structure::TableColumn*> columns_;
  std::vector<std::string> elements_;  // for each column
};

}  // namespace londiste::apply
