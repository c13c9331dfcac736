// The end of a soak: what was committed against what each consumer has.
#pragma once

#include <string>
#include <vector>

#include "support/sql.h"

namespace soak {

struct Finding {
  std::string what;
  std::string count;
  std::string examples;
};

// Everything that is wrong; empty: all is well.
std::vector<Finding> Judge(test_support::Sql& sql);

}  // namespace soak
