// A row event as it came from a trigger (logutriga), and the statement that does the same to
// another table.
#pragma once

#include <string>
#include <vector>

#include "pg/quote.h"
#include "pgq/event.h"
#include "pgq/urlencode.h"

namespace pgq_tool::consumers {

// A column that is loaded, and its name in the target.
struct ChosenField {
  std::string name, as;
};

struct RowChange {
  enum class Operation : char { kInsert = 'I', kUpdate = 'U', kDelete = 'D' };
  Operation operation = Operation::kInsert;
  std::vector<std::string> keys;  // columns of the key, which are in `row`
  std::vector<pgq::Field> row;

  // Type I:, U: or D: with the key's columns behind it.
  static bool Is(const pgq::Event& event);
  // Throws base::Error for a row that cannot be read, or lacks columns of its key. REQUIRES: Is.
  static RowChange Read(const pgq::Event& event);

  // Leaves in the row and the key what `fields` name, with the names that they give. Throws
  // base::Error when a column of the key is not among them.
  void Choose(const std::vector<ChosenField>& fields);

  bool IsKey(const std::string& column) const;
  // Of a column that is in the row.
  const std::optional<std::string>& ValueOf(const std::string& column) const;

  std::string InsertInto(const pg::QualifiedName& table) const;
  // "": the row has no other columns than its key. REQUIRES: a key.
  std::string UpdateIn(const pg::QualifiedName& table) const;
  std::string DeleteFrom(const pg::QualifiedName& table) const;
};

// "a", "b"
std::string ColumnList(const std::vector<std::string>& columns);

}  // namespace pgq_tool::consumers
