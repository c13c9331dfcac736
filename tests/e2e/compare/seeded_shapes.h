// Tables of many kinds, and what somebody does to their rows on one server that must be found.
#pragma once

#include <string>
#include <vector>

namespace e2e {

// Every table has `n int`, which tells its rows apart and is not (all of) the key, and `v text`. $T
// stands for the table's name.
struct SeededShape {
  std::string name;
  std::string above;                       // what follows `create table $T`
  std::string below{};                     // likewise, where it is another one there
  std::string then_above{}, then_below{};  // more statements, partitions for one
  std::string once_copied_below{};
  std::vector<std::string> columns{};  // that are written
  std::string values{};                // of them, for the i-th row
  std::vector<std::string> generated{};
  std::vector<std::string> key{};     // empty: there is none
  std::vector<std::string> spoils{};  // statements; $W: which rows
  std::string from = "only $T", from_below = "only $T";
};

// `citext`: the extension is there, in schema ext, and may be the type of a key.
std::vector<SeededShape> SeededShapes(bool citext);

// `text` with $T and $W replaced.
std::string FillIn(std::string text, const std::string& table, const std::string& rows = "");
// "a, b"
std::string CommaList(const std::vector<std::string>& names);

}  // namespace e2e
