#include "cascade/failure_text.h"

#include <fmt/format.h>

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
    line += fmt::format("; {} times in {:.0f} s", repeats.times, Seconds(repeats.within));
  return line + fmt::format("; retrying in {:.1f} s", Seconds(retry_in));
}

std::string RecoveryLine(const base::Repeats& failures) {
  return fmt::format("working again after {} failure{} in {:.1f} s", failures.times,
                     failures.times == 1 ? "" : "s", Seconds(failures.within));
}

}  // namespace cascade
