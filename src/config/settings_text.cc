// What is printed of declared settings: --ini, the manual's table, suggestions.
#include <algorithm>
#include <limits>

#include "config/settings.h"

namespace config {
namespace {

std::string Comment(const std::string& text) {
  constexpr std::size_t kWidth = 98;
  std::string out;
  std::string line = "#";
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string word = text.substr(at, end - at);
    if (line.size() + 1 + word.size() > kWidth && line != "#") {
      out += line + "\n";
      line = "#";
    }
    if (!word.empty()) line += " " + word;
    if (end < text.size() && text[end] == '\n') {
      out += line + "\n";
      line = "#";
    }
    at = end + 1;
  }
  return out + line + "\n";
}

std::string EscapePipes(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string SampleIni(const std::vector<Setting>& declared, std::string_view section,
                      std::string_view header,
                      const std::map<std::string, std::string>& overrides) {
  std::string out = Comment(std::string(header)) + "[" + std::string(section) + "]\n";
  for (const Setting& setting : declared) {
    if (setting.hidden) continue;
    out += "\n" + Comment(setting.help);
    if (const auto over = overrides.find(setting.name); over != overrides.end())
      out += setting.name + " = " + over->second + "\n";
    else if (!setting.sample.empty())
      out += setting.name + " = " + setting.sample + "\n";
    else
      out += "#" + setting.name + " =" + (setting.default_value.empty() ? "" : " ") +
             setting.default_value + "\n";
  }
  return out;
}

std::string SettingsMarkdown(const std::vector<Setting>& declared) {
  std::string out = "| setting | default | meaning |\n|---|---|---|\n";
  for (const Setting& setting : declared) {
    if (setting.hidden) continue;
    out += "| " + setting.name + " | " +
           (setting.required ? "(required)" : EscapePipes(setting.default_value)) + " | " +
           EscapePipes(setting.help) + " |\n";
  }
  return out;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t best = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = Distance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace config
