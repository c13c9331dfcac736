#include "londiste/worker/statistics.h"

#include <fmt/format.h>

namespace londiste::worker {
namespace {
constexpr std::chrono::seconds kMostOften(5);
}

std::optional<std::string> Statistics::AddBatch(std::int64_t events, std::int64_t ignored,
                                                base::Duration duration,
                                                base::Clock::time_point now) {
  events_ += events;
  ignored_ += ignored;
  duration_ += duration;
  if (events_ == 0 || (last_line_ && now - *last_line_ < kMostOften)) return std::nullopt;
  return Line(now);
}

std::optional<std::string> Statistics::Idle(base::Duration keepalive, base::Clock::time_point now) {
  if (!last_line_) last_line_ = now;
  const auto silence = now - *last_line_;
  if (events_ > 0 ? silence >= kMostOften : keepalive.count() > 0 && silence >= keepalive)
    return Line(now);
  return std::nullopt;
}

std::optional<std::string> Statistics::Line(base::Clock::time_point now) {
  std::string line = fmt::format("{{count: {}, duration: {:.3f}", events_,
                                 std::chrono::duration<double>(duration_).count());
  if (events_ == 0 && last_line_)
    line += fmt::format(", idle: {:.0f}", std::chrono::duration<double>(now - *last_line_).count());
  if (ignored_ > 0) line += fmt::format(", ignored_events: {}", ignored_);
  events_ = ignored_ = 0;
  duration_ = base::Duration(0);
  last_line_ = now;
  return line + "}";
}

}  // namespace londiste::worker
