// What the log of compare --continuous says: news, and a summary of each round.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.h"
#include "londiste/node/compare_nodes.h"
#include "londiste/node/compare_progress.h"

namespace londiste::node {

class RoundLog final : public CompareObserver {
 public:
  // `told`: of each table what was told to be wrong with it, "" when it was equal; kept from one
  // round to the next.
  explicit RoundLog(std::map<std::string, std::string>& told) : told_(told) {}

  void Planned(const std::map<std::string, std::int64_t>& tables) override;
  void Note(const std::string& line) override;
  void Begins(const std::string& table) override;
  void Progress(const compare::ComparisonProgress& now) override;
  void Again(const std::string& table, const std::string& why) override;
  void Compared(const compare::ComparedTable& table) override;

  // The one that is being compared; "".
  const std::string& table() const { return table_; }
  // "12 tables, 3400 rows here: 1 differs, 2 not compared".
  std::string Summary() const;

 private:
  std::map<std::string, std::string>& told_;
  CompareProgress progress_;
  base::Clock::time_point logged_{};
  std::string table_;
  std::int64_t tables_ = 0, rows_ = 0, different_ = 0, not_compared_ = 0;
};

}  // namespace londiste::node
