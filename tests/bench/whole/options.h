// The command line of whole_bench.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "bench/whole/scenario.h"
#include "bench/whole/system.h"

namespace bench {

struct Options {
  std::vector<std::string> systems;
  std::vector<Scenario> scenarios;  // every combination of what was asked for
  int repeats = 1;
  double seconds = 20;
  std::string json_path;  // empty: no JSON
  std::vector<std::string> server_settings;
  SystemSettings settings;
};

// Throws UsageError; an empty one when the user asked for help.
Options ParseOptions(int argc, char** argv);
std::string UsageText();

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace bench
