// A table with columns, key and storage chosen at random.
#pragma once

#include <string>
#include <vector>

#include "capture/random.h"
#include "capture/value_pool.h"

namespace capture_test {

struct Column {
  std::string name;
  ColumnType type;
  bool generated = false;  // cannot be given a value
};

struct Table {
  std::string name;  // qualified and quoted
  std::vector<Column> columns;
  std::vector<std::string> key;  // names; empty: no primary key
  bool partitioned = false;

  // The columns that statements may set.
  std::vector<const Column*> Writable() const;
  const Column* Find(const std::string& column) const;
};

// Appends the statements that create it, with the leftovers that real tables have: dropped columns,
// columns added to rows that are there, partitions, children.
Table RandomTable(Random& random, Charset charset, const std::string& name,
                  std::vector<std::string>& statements);

// A change of the table's definition while it is in use.
void AlterAtRandom(Random& random, Charset charset, Table& table,
                   std::vector<std::string>& statements);

}  // namespace capture_test
