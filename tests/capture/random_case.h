// A whole story: tables, triggers, settings, changes. The same statements for the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/value_pool.h"

namespace capture_test {

struct Statement {
  std::string sql;
  std::string copy_data;  // what follows COPY .. FROM STDIN
};

// Expects the types of TypeStatements(), and queue "capture"; everything else is made in schema
// "case".
std::vector<Statement> RandomCase(std::uint64_t seed, Charset charset);

}  // namespace capture_test
