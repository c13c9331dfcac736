#include "pgqd/failures/log_text.h"

#include <spdlog/spdlog.h>

namespace pgqd {

std::string PrintableText(const std::string& text) {
  std::string printable = text;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7F) printable[at] = '?';
    // U+0080 to U+009F, which some terminals obey as they obey ESC.
    if (byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0)
      printable[at] = printable[at + 1] = '?';
  }
  return printable;
}

std::string DatabaseText(const std::string& database) {
  return "[" + PrintableText(database) + "]";
}

std::string SecondsText(base::Duration duration) {
  return fmt::format("{:.3g} s", static_cast<double>(duration.count()) / 1000);
}

std::string FailureText(const std::string& where, const pg::Failure& failure,
                        base::Duration pause) {
  return PrintableText(where + ": " + failure.message) +
         (pause == base::Duration::max() ? "" : "; retrying in " + SecondsText(pause));
}

void LogFailureLine(const std::string& line, const std::string& where, const pg::Failure& failure) {
  spdlog::error("{}", line);
  if (!failure.hint.empty()) spdlog::error("HINT:  {}", PrintableText(failure.hint));
  if (!failure.query.empty())
    spdlog::debug("{}", PrintableText(where + ": query: " + failure.query));
}

std::optional<std::string> TextToLog(base::RepeatedMessages& log, const std::string& kind,
                                     const std::string& text) {
  const auto repeats = log.Add(kind);
  if (!repeats) return std::nullopt;
  if (repeats->times == 1) return text;
  return text + " (" + std::to_string(repeats->times) + " times in the last minute)";
}

void LogFailure(base::RepeatedMessages& log, const std::string& where, const pg::Failure& failure,
                base::Duration pause) {
  const auto line = TextToLog(log, where + failure.message, FailureText(where, failure, pause));
  if (line) LogFailureLine(*line, where, failure);
}

}  // namespace pgqd
