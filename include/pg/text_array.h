// A list of strings as one `text[]` parameter.
#pragma once

#include <string>
#include <vector>

namespace pg {

// PostgreSQL's array literal, every element quoted: `{"a","b \"c\""}`.
std::string TextArray(const std::vector<std::string>& elements);

}  // namespace pg
