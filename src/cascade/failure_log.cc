#include "cascade/failure_log.h"

#include <fmt/format.h>

namespace cascade {
namespace {

double Seconds(base::Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::optional<std::string> FailureLog::Failed(const std::string& message, base::Duration retry_in,
                                              base::Clock::time_point now) {
  if (failures_++ == 0) first_ = now;
  ++unreported_;
  if (message == message_ && now - last_line_ < std::chrono::minutes(1)) return std::nullopt;

  std::string line = message;
  if (message == message_ && unreported_ > 1)
    line += fmt::format("; {} times in {:.0f} s", unreported_, Seconds(now - last_line_));
  line += fmt::format("; retrying in {:.1f} s", Seconds(retry_in));
  message_ = message;
  last_line_ = now;
  unreported_ = 0;
  return line;
}

std::optional<std::string> FailureLog::Succeeded(base::Clock::time_point now) {
  if (failures_ == 0) return std::nullopt;
  std::string line = fmt::format("working again after {} failure{} in {:.1f} s", failures_,
                                 failures_ == 1 ? "" : "s", Seconds(now - first_));
  *this = FailureLog();
  return line;
}

}  // namespace cascade
