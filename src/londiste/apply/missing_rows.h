// Rows that should have been changed and are not here: nobody passes over them in silence, and
// nobody is flooded.
//
// The first few of a table in a minute are told by key, the others by number. Counts of each batch
// are kept apart, for whoever stores them with it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"

namespace londiste::apply {

// Of one table, in one batch.
struct MissingCount {
  std::int64_t updates = 0, deletes = 0;
  std::string last_key;  // `(id=5)`
  friend bool operator==(const MissingCount&, const MissingCount&) = default;
};
using MissingCounts = std::map<std::string, MissingCount>;  // by the table's name on the queue

class MissingRows {
 public:
  using Warn = std::function<void(const std::string&)>;
  explicit MissingRows(Warn warn) : warn_(std::move(warn)) {}
  // Tells what was counted in silence.
  ~MissingRows();

  // `describe` gives the line for the log; called for the first rows of a table in a minute only.
  void Add(const std::string& table, const std::function<std::string()>& describe,
           base::Clock::time_point now);
  // Lines for what was counted in silence, once their minute is over.
  void Summarise(base::Clock::time_point now);
  // What was counted in silence since the last call of either counts; or it does not, since it will
  // come again.
  void Committed();
  void RolledBack();

 private:
  static constexpr int kLinesPerMinute = 10;
  struct PerTable {
    base::Clock::time_point since;
    int told = 0;
    std::int64_t silent = 0, silent_in_batch = 0;
  };
  void Tell(const std::string& table, std::int64_t rows);

  Warn warn_;
  std::map<std::string, PerTable> tables_;
};

}  // namespace londiste::apply
