// Capture triggers with arguments chosen at random.
#pragma once

#include <string>
#include <vector>

#include "capture/random.h"
#include "capture/random_table.h"

namespace capture_test {

// Appends the statements that put one on the table (now and then a wrong one), for rows and perhaps
// for TRUNCATE.
void AddTriggers(Random& random, const Table& table, const std::string& name,
                 const std::string& queue, std::vector<std::string>& statements);

}  // namespace capture_test
