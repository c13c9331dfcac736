#include "pgqd/log_text.h"

#include <spdlog/spdlog.h>

namespace pgqd {

std::string DatabaseText(const std::string& database) {
  std::string text = "[";
  for (const char c : database) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(byte < 0x20 || byte == 0x7F ? '?' : c);
  }
  return text + "]";
}

std::string SecondsText(base::Duration duration) {
  return fmt::format("{:.3g} s", static_cast<double>(duration.count()) / 1000);
}

void LogFailure(FailureLog& log, const std::string& where, const pg::Failure& failure,
                base::Duration pause) {
  const std::string text =
      where + ": " + failure.message +
      (pause == base::Duration::max() ? "" : "; retrying in " + SecondsText(pause));
  const auto line = log.Admit(where + failure.message, text, base::Clock::now());
  if (!line) return;
  spdlog::error("{}", *line);
  if (!failure.hint.empty()) spdlog::error("HINT:  {}", failure.hint);
  if (!failure.query.empty()) spdlog::debug("{}: query: {}", where, failure.query);
}

}  // namespace pgqd
