// Statements that change the structure of replicated tables, as patterns that chance fills in.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/random/chance.h"
#include "support/sql.h"

namespace e2e {

// Each is one statement or a few. In a pattern [[a|b|]] is one of those, and {table} one of what
// the query of that name tells; the same one wherever it stands in the pattern.
extern const std::vector<std::string> kColumnPatterns, kKeyPatterns, kTypePatterns, kTablePatterns,
    kPartitionPatterns;

// Schema "chance" on the root: what patterns and writers call. See ddl_setup.cc.
extern const char* const kChanceSchema;

class NothingThere : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One filling of a pattern, from what is there just then.
class Filling {
 public:
  // `number`: for names that were not used before.
  Filling(test_support::Sql& sql, Chance& chance, int number)
      : sql_(sql), chance_(chance), number_(number) {}
  // Throws NothingThere when a query has no row.
  std::string Fill(std::string_view pattern);

 private:
  const std::string& Value(const std::string& name);

  test_support::Sql& sql_;
  Chance& chance_;
  int number_;
  std::map<std::string, std::string> values_;
};

}  // namespace e2e
