// What a table holds, as a number or two: equal tables have equal fingerprints.
#pragma once

#include <string>
#include <vector>

#include "londiste/structure/table_shape.h"
#include "pg/connection.h"

namespace londiste::compare {

enum class Depth {
  kCount,  // the number of rows
  kRows,   // and a checksum of their values, whatever their order
};

struct TableFingerprint {
  std::string rows, checksum;  // checksum is "" with kCount
  friend bool operator==(const TableFingerprint&, const TableFingerprint&) = default;
};

// Columns that both have, by the names and in the order of `one`; generated ones included.
std::vector<std::string> CommonColumns(const structure::TableShape& one,
                                       const structure::TableShape& other);

// Reads the whole table. Values count as the text that the server makes of them under the fixed
// settings of our sessions, in UTC.
TableFingerprint Fingerprint(pqxx::transaction_base& tx, const structure::TableShape& table,
                             const std::vector<std::string>& columns, Depth depth);

}  // namespace londiste::compare
