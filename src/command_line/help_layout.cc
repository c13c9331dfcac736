#include "command_line/help_layout.h"

namespace command_line {
namespace {

constexpr std::size_t kLineWidth = 100;

}  // namespace

std::string Wrap(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size() < text.size() ? word.size() + 1 : text.size());
    if (column > indent && column + 1 + word.size() > kLineWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) out += ' ', ++column;
    out += word;
    column += word.size();
  }
  return out;
}

std::string Entry(std::string_view left, std::string_view text, EntryColumns columns) {
  std::string out = std::string(columns.left, ' ') + std::string(left);
  out += out.size() + 2 > columns.text ? "\n" + std::string(columns.text, ' ')
                                       : std::string(columns.text - out.size(), ' ');
  return out + Wrap(text, columns.text) + "\n";
}

std::string OptionEntry(const OptionSpec& option, EntryColumns columns) {
  std::string left = option.letter == 0 ? "" : std::string("-") + option.letter;
  if (option.long_name != OptionSpec::LongName::kNone) {
    left += (left.empty() ? "--" : ", --") + std::string(option.name);
    if (!option.metavar.empty()) left += "=" + std::string(option.metavar);
  }
  return Entry(left, option.help, columns);
}

}  // namespace command_line
