// A list of strings as one `text[]` parameter or field.
#pragma once

#include <string>
#include <vector>

namespace pg {

// PostgreSQL's array literal, every element quoted: `{"a","b \"c\""}`.
std::string TextArray(const std::vector<std::string>& elements);
// The elements of an array as the server writes it, without those that are NULL.
std::vector<std::string> ParseTextArray(const std::string& text);

}  // namespace pg
