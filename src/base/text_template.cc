#include "base/text_template.h"

#include "base/error.h"

namespace base {

std::string FillTemplate(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string filled;
  while (!text.empty()) {
    const std::size_t percent = text.find('%');
    filled += text.substr(0, percent);
    if (percent == std::string_view::npos) break;
    text.remove_prefix(percent);
    const std::size_t end = text.starts_with("%(") ? text.find(")s") : std::string_view::npos;
    if (text.starts_with("%%")) {
      filled += '%';
      text.remove_prefix(2);
    } else if (end != std::string_view::npos) {
      const std::string name(text.substr(2, end - 2));
      const auto value = values.find(name);
      if (value == values.end()) throw Error("the template has no value for %(" + name + ")s");
      filled += value->second;
      text.remove_prefix(end + 2);
    } else {
      throw Error("a template has a percent sign that begins neither %(name)s nor %%");
    }
  }
  return filled;
}

std::optional<std::string> ReadTimestamp(std::string_view text) {
  constexpr std::string_view kMidnight = "YYYY-MM-DD 00:00:00";
  constexpr std::size_t kDateSize = 10;
  std::string time(text.substr(0, kMidnight.size()));
  if (time.size() < kDateSize || time[4] != '-' || time[7] != '-' ||
      time.find_first_not_of("0123456789-: ") != std::string::npos)
    return std::nullopt;
  if (time.size() == kDateSize) time += kMidnight.substr(kDateSize);
  return time;
}

std::map<std::string, std::string> TimePlaces(std::string_view time) {
  const auto piece = [&](std::size_t at, std::size_t size) {
    return std::string(time.substr(at, size));
  };
  return {
      {"year", piece(0, 4)}, {"month", piece(5, 2)}, {"day", piece(8, 2)}, {"hour", piece(11, 2)}};
}

}  // namespace base
