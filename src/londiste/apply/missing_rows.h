// Rows that should have been changed and are not here: nobody passes over them in silence, and
// nobody is flooded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"

namespace londiste::apply {

class MissingRows {
 public:
  using Warn = std::function<void(const std::string&)>;
  explicit MissingRows(Warn warn) : warn_(std::move(warn)) {}

  // `describe` gives the line for the log; called for the first row of a table in a minute only.
  void Add(const std::string& table, const std::function<std::string()>& describe,
           base::Clock::time_point now);
  // Lines for what was counted in silence, once their minute is over.
  void Summarise(base::Clock::time_point now);

 private:
  struct PerTable {
    base::Clock::time_point logged;
    std::int64_t silent = 0;
  };
  Warn warn_;
  std::map<std::string, PerTable> tables_;
};

}  // namespace londiste::apply
