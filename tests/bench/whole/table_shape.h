// The benchmark's tables and the statements on them. Content depends on nothing but the row's
// number, so that two servers can be filled with the same rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/whole/scenario.h"

namespace bench {

class TableShape {
 public:
  explicit TableShape(const Scenario& scenario);

  // With `indexes`: two more besides the primary key, where there are columns for them.
  enum class Indexes { kKeyOnly, kTwoMore };
  std::string Create(const std::string& table, Indexes indexes) const;
  std::vector<std::string> CreateIndexes(const std::string& table) const;

  // Rows number `first` to `last`; expressions of SQL are as good as numbers.
  std::string Insert(const std::string& table, const std::string& first,
                     const std::string& last) const;
  // Changes two columns; "" when there is only the key.
  std::string Update(const std::string& table, const std::string& first,
                     const std::string& last) const;
  std::string Delete(const std::string& table, const std::string& first,
                     const std::string& last) const;
  std::string Insert(const std::string& table, std::int64_t first, std::int64_t last) const {
    return Insert(table, std::to_string(first), std::to_string(last));
  }

 private:
  // The key of row number `number`.
  std::string Key(const std::string& number) const;
  std::string Value(int column) const;
  std::string Where(const std::string& first, const std::string& last) const;

  int columns_;
  bool random_keys_;
  std::int64_t text_bytes_;
};

// t1, t2, ...
std::vector<std::string> TableNames(int count);

}  // namespace bench
