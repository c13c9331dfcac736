// What one table's comparison consists of: which tables, columns and rows of the two nodes, and
// what came out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pg/quote.h"

namespace londiste::compare {

// One node's side of it, as SQL on alias `t` of the table.
struct ComparedSide {
  pg::QualifiedName table;
  bool only = true;                  // the table without what inherits from it
  std::vector<std::string> columns;  // all that are compared
  std::vector<std::string> key;      // expressions
  std::vector<std::string> values;   // of all compared columns, those of the key among them
  std::string condition;             // of the rows that belong to it; "": all
  // To look rows up by their key: what is equal to it here, of what type it is then, and the
  // operator, that of the key's index. Names come with their schemas.
  struct KeyColumn {
    std::string expression, type, equals;
    bool indexed = true;  // by the key's index
  };
  std::vector<KeyColumn> key_columns;
  // Which of its rows are looked at, as somebody asks for; "": all.
  std::string where{};
};

struct Comparison {
  std::string table;  // on the queue
  ComparedSide above, below;
  std::vector<std::string> key;      // names of the columns on the node below
  std::vector<std::string> columns;  // likewise
  std::vector<bool> generated;       // of each: the node below makes its value
  std::vector<bool> unchangeable{};  // of each: identity always, set by inserts only
  // The key is one integer: rows are spread by it, not by its text.
  bool integer_key = false;
  // Two rows may have the same key: there is none, and all columns stand for it.
  bool duplicates = false;
  // The servers have different encodings: texts are compared as UTF-8.
  bool as_utf8 = false;
  std::vector<std::string> only_above, only_below;  // columns; no generated ones below
  // Values of the node above are not taken as they are: of each column what becomes of its text,
  // empty where it stays, and its value below as SQL on that text, which is named `u.cN`. Empty:
  // all values are.
  struct Rewrite {
    std::function<void(std::optional<std::string>& value)> change;
    std::string value_below;
  };
  std::vector<Rewrite> rewrites{};
};

struct DifferentRow {
  enum class Kind { kMissing, kExtra, kChanged };  // on the node below
  Kind kind;
  std::vector<std::optional<std::string>> key;
  friend bool operator==(const DifferentRow&, const DifferentRow&) = default;
};

const char* ToString(DifferentRow::Kind kind);  // "missing", "extra", "changed"

struct SideTotals {
  std::int64_t rows = 0;
  std::string checksum{};  // "": only the rows were counted
  std::string answer{};    // of compare_sql, in place of both
  friend bool operator==(const SideTotals&, const SideTotals&) = default;
};

// Of rows that differ.
struct DifferenceCounts {
  std::int64_t missing = 0, extra = 0, changed = 0;
  bool more = false;  // there are more than were asked for

  bool none() const { return missing == 0 && extra == 0 && changed == 0 && !more; }
  // "3 missing, 1 extra, 2 changed, and more"; "".
  std::string ToString() const;
};
DifferenceCounts Count(const std::vector<DifferentRow>& rows);

struct ComparisonResult {
  SideTotals above, below;
  DifferenceCounts counts{};
  std::vector<DifferentRow> different{};  // by kind and key; those that are listed
  std::int64_t row_bytes = 0;             // of a row, as a guess
};

}  // namespace londiste::compare
