#include "cascade/failure_text.h"

#include "cascade/decimals.h"

namespace cascade {
namespace {

constexpr std::size_t kLongestQuery = 200, kShownOfALongOne = 60;

double Seconds(base::Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string FailureText(const std::string& job, const pg::Failure& failure) {
  if (failure.query.empty()) return "Job " + job + " crashed: " + failure.message;
  std::string query = failure.query;
  if (query.size() > kLongestQuery) {
    query.resize(kShownOfALongOne);
    query += " ...";
  }
  return "Job " + job + " got error on connection: " + failure.message + ".   Query: " + query;
}

std::string FailureLine(const std::string& text, const base::Repeats& repeats,
                        base::Duration retry_in) {
  std::string line = text;
  if (repeats.times > 1)
    line += "; " + std::to_string(repeats.times) + " times in " +
            Decimals(Seconds(repeats.within), 0) + " s";
  return line + "; retrying in " + Decimals(Seconds(retry_in), 1) + " s";
}

std::string RecoveryLine(const base::Repeats& failures) {
  return "working again after " + std::to_string(failures.times) + " failure" +
         (failures.times == 1 ? "" : "s") + " in " + Decimals(Seconds(failures.within), 1) + " s";
}

}  // namespace cascade
