// What compare and repair tell while they are at work: the lines of SkyTools' commands, and how far
// they are, on a line of the terminal or now and then in the log.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "londiste/node/compare_nodes.h"
#include "londiste/node/compare_progress.h"
#include "londiste/output/progress_line.h"

namespace londiste::node {

class CompareLog final : public CompareObserver {
 public:
  void Planned(const std::map<std::string, std::int64_t>& tables) override;
  void Note(const std::string& line) override;
  void Begins(const std::string& table) override;
  void Progress(const compare::ComparisonProgress& now) override;
  void Again(const std::string& table, const std::string& why) override;
  void Compared(const compare::ComparedTable& table) override;

 private:
  CompareProgress progress_;
  output::ProgressLine line_;
  base::Clock::time_point logged_{};
};

}  // namespace londiste::node
