// One value of a declared type.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace config {

struct ParsedValue {
  std::string text;
  double number = 0;              // kBool 0/1, kInt, kSeconds in seconds, kSize in bytes
  std::vector<std::string> list;  // kList
};

// Throws base::Error telling what was expected.
ParsedValue ParseValue(const Setting& setting, const std::string& raw);

}  // namespace config
