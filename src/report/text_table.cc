#include "report/text_table.h"

#include <algorithm>

namespace report {
namespace {

// Characters, not bytes: names may hold any of UTF-8.
std::size_t DisplayWidth(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::string TextTable(std::string_view title, const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return "";
  constexpr std::size_t kNarrowest = 15, kGap = 2;
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < header.size(); ++column) {
    std::size_t width = std::max(kNarrowest, DisplayWidth(header[column]));
    for (const auto& row : rows) width = std::max(width, DisplayWidth(row[column]));
    widths.push_back(width);
  }

  std::string out(title);
  out += '\n';
  auto line = [&](const std::vector<std::string>& fields) {
    std::string text;
    for (std::size_t column = 0; column < fields.size(); ++column) {
      text += fields[column];
      if (column + 1 < fields.size())
        text.append(widths[column] - DisplayWidth(fields[column]) + kGap, ' ');
    }
    out += text + "\n";
  };
  line(header);
  std::vector<std::string> dashes;
  for (std::size_t width : widths) dashes.emplace_back(width, '-');
  line(dashes);
  for (const auto& row : rows) line(row);
  return out + "\n\n";
}

}  // namespace report
