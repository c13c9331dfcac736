#include "londiste/node/round_log.h"

#include <spdlog/spdlog.h>

#include <sstream>

namespace londiste::node {
namespace {

constexpr std::chrono::minutes kLogEvery{1};
constexpr std::size_t kRowsShown = 20;

}  // namespace

void RoundLog::Planned(const std::map<std::string, std::int64_t>& tables) {
  progress_.Planned(tables, base::Clock::now());
  logged_ = base::Clock::now();
}

void RoundLog::Note(const std::string& line) { spdlog::info("{}", line); }

void RoundLog::Begins(const std::string& table) {
  table_ = table;
  progress_.Begins(table, base::Clock::now());
}

void RoundLog::Progress(const compare::ComparisonProgress& told) {
  progress_.Reached(told);
  const auto now = base::Clock::now();
  if (now < logged_ + kLogEvery) return;
  logged_ = now;
  spdlog::info("{}/{} tables, {}", progress_.done(), progress_.total(), progress_.Line(now));
}

void RoundLog::Again(const std::string& table, const std::string& why) {
  spdlog::info("{}: {}; once more, at a newer tick", table, why);
}

void RoundLog::Compared(const compare::ComparedTable& table) {
  table_.clear();
  progress_.Ended(table.table);
  ++tables_;
  rows_ += table.result.below.rows;
  not_compared_ += !table.compared();
  different_ += table.compared() && !table.equal();

  std::string& told = told_[table.table];
  const std::string text = compare::ComparisonText({table}, kRowsShown);
  if (table.equal()) {
    spdlog::log(told.empty() ? spdlog::level::debug : spdlog::level::info, "{}",
                text.substr(0, text.size() - 1));
    told.clear();
    return;
  }
  // The tick is another one each time.
  std::string wrong = table.compared() ? table.result.counts.ToString() : table.reason;
  const auto level = wrong == told ? spdlog::level::debug : spdlog::level::warn;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) spdlog::log(level, "{}", line);
  told = std::move(wrong);
}

std::string RoundLog::Summary() const {
  std::string text = std::to_string(tables_) + (tables_ == 1 ? " table, " : " tables, ") +
                     std::to_string(rows_) + (rows_ == 1 ? " row here" : " rows here");
  if (different_ > 0)
    text +=
        ", " + std::to_string(different_) + (different_ == 1 ? " table differs" : " tables differ");
  if (not_compared_ > 0) text += ", " + std::to_string(not_compared_) + " not compared";
  return text;
}

}  // namespace londiste::node
