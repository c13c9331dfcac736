#include "londiste/node/compare_log.h"

#include <spdlog/spdlog.h>

namespace londiste::node {
namespace {

constexpr std::chrono::seconds kLogEvery{10};

}  // namespace

void CompareLog::Planned(const std::map<std::string, std::int64_t>& tables) {
  progress_.Planned(tables, base::Clock::now());
  logged_ = base::Clock::now();
}

void CompareLog::Note(const std::string& line) {
  line_.Clear();
  spdlog::info("{}", line);
}

void CompareLog::Begins(const std::string& table) { progress_.Begins(table, base::Clock::now()); }

void CompareLog::Progress(const compare::ComparisonProgress& told) {
  if (!spdlog::should_log(spdlog::level::info)) return;  // --quiet
  progress_.Reached(told);
  const auto now = base::Clock::now();
  if (line_.visible())
    return line_.Show(progress_.share(), progress_.done(), progress_.total(), progress_.Line(now));
  if (now < logged_ + kLogEvery) return;
  logged_ = now;
  spdlog::info("{}/{} tables, {}", progress_.done(), progress_.total(), progress_.Line(now));
}

void CompareLog::Again(const std::string& table, const std::string& why) {
  line_.Clear();
  spdlog::info("{}: {}; once more, at a newer tick", table, why);
}

void CompareLog::Compared(const compare::ComparedTable& table) {
  line_.Clear();
  progress_.Ended(table.table);
  if (!table.compared()) {
    spdlog::warn("{}: not compared: {}", table.table, table.reason);
    return;
  }
  spdlog::info("{}: srcdb: {}", table.table, compare::TotalsText(table.result.above));
  spdlog::info("{}: dstdb: {}", table.table, compare::TotalsText(table.result.below));
  if (!table.equal()) spdlog::warn("{}: Results do not match!", table.table);
}

}  // namespace londiste::node
