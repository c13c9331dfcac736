#include "config/line_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/text.h"

namespace config {
namespace {

constexpr std::size_t kMaxLineBytes = 199;  // inih's INI_MAX_LINE, less the zero byte
constexpr std::size_t kMaxPieceBytes = kMaxLineBytes - 3;  // a blank and two guards
constexpr char kGuard = '|';
constexpr std::size_t kMaxNameBytes = 49;  // inih's MAX_NAME and MAX_SECTION
constexpr std::size_t kMaxIncludeDepth = 10;

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Where inih would find a comment behind a value: at a semicolon that follows a blank.
std::size_t FindComment(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at)
    if (text[at] == ';' && base::kWhiteSpace.find(text[at - 1]) != std::string_view::npos)
      return at;
  return std::string_view::npos;
}

bool IsSafe(std::string_view line) {
  return line.size() <= kMaxLineBytes && FindComment(line) == std::string_view::npos;
}

std::vector<std::string> SplitLines(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

}  // namespace

std::string ReadConfigFile(const std::string& path) {
  std::ifstream in(path);
  if (!in || std::filesystem::is_directory(path)) {
    const int reason = in ? EISDIR : errno;
    throw base::ConfigError("could not open \"" + path + "\": " + std::strerror(reason));
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

LineSource::LineSource(std::string name, std::string_view text, Dialect dialect)
    : dialect_(dialect) {
  files_.push_back({std::move(name), SplitLines(text), 0});
}

Origin LineSource::origin() const {
  if (files_.empty()) return {};
  return {files_.back().name, static_cast<int>(files_.back().next)};
}

void LineSource::Refuse(const std::string& what) const {
  throw base::ConfigError(origin().ToString() + ": " + what);
}

bool LineSource::Next() {
  while (ready_.empty()) {
    while (!files_.empty() && files_.back().next == files_.back().lines.size() &&
           files_.size() > 1) {
      files_.pop_back();
      in_value_ = false;
    }
    File& file = files_.back();
    if (file.next == file.lines.size()) return false;
    const std::string text = file.lines[file.next++];
    ReadLine(text);
  }
  line_ = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

void LineSource::ReadLine(const std::string& line) {
  if (line.find('\0') != std::string::npos) Refuse("line contains a NUL byte");
  const std::string_view text = base::Trim(line);
  if (text.empty()) return;
  if (text[0] == '#' || text[0] == ';') return;
  // As configparser has it: what stands deeper than the key continues the value; a whole section
  // may be indented. pgqd's files have no such lines.
  const std::size_t indent = line.find_first_not_of(base::kWhiteSpace);
  if (dialect_ == Dialect::kLondiste && in_value_ && indent > key_indent_) {
    const std::string plain = " " + std::string(text);
    if (IsSafe(plain))
      ready_.push_back({Line::Holds::kNextLine, plain});
    else
      QueuePieces("\n" + std::string(text));
    return;
  }
  key_indent_ = indent;
  if (dialect_ == Dialect::kPgqd && text.starts_with("%include") && text.size() > 9 &&
      (text[8] == ' ' || text[8] == '\t')) {
    in_value_ = false;
    Open(std::string(base::Trim(text.substr(9))));
    return;
  }
  if (text[0] == '[')
    ReadSection(text);
  else
    ReadKey(text);
}

void LineSource::ReadSection(std::string_view text) {
  in_value_ = false;
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) Refuse("section header has no closing bracket");
  const std::string_view rest = base::Trim(text.substr(end + 1));
  if (!rest.empty() && rest[0] != '#' && rest[0] != ';')
    Refuse("unexpected text after section header");
  const std::string_view name = text.substr(1, end - 1);
  if (base::Trim(name).empty()) Refuse("section has no name");
  if (name.find(';') != std::string_view::npos || std::any_of(name.begin(), name.end(), IsControl))
    Refuse("section name contains a semicolon or a control character");
  if (name.size() > kMaxNameBytes) Refuse("section name is longer than 49 bytes");
  ready_.push_back({Line::Holds::kSection, std::string(text.substr(0, end + 1))});
}

void LineSource::ReadKey(std::string_view text) {
  const std::size_t separator = text.find_first_of(dialect_ == Dialect::kPgqd ? "=" : "=:");
  // The line is not shown: it may be a stray half of a connection string, with its password.
  if (separator == std::string_view::npos) Refuse("expected \"key = value\" or \"[section]\"");
  const std::string_view key = base::Trim(text.substr(0, separator));
  if (key.empty()) Refuse("value has no key");
  if (key.size() > kMaxNameBytes) Refuse("key is longer than 49 bytes");
  if (key.find_first_of(";:") != std::string_view::npos ||
      std::any_of(key.begin(), key.end(), IsControl))
    Refuse("key contains a colon, a semicolon or a control character");
  if (IsSafe(text)) {
    ready_.push_back({Line::Holds::kKey, std::string(text)});
  } else {
    ready_.push_back({Line::Holds::kKey, std::string(key) + " ="});
    QueuePieces(base::Trim(text.substr(separator + 1)));
  }
  in_value_ = true;
}

void LineSource::QueuePieces(std::string_view value) {
  while (!value.empty()) {
    std::string_view piece = value.substr(0, kMaxPieceBytes);
    piece = piece.substr(0, FindComment(piece));
    ready_.push_back(
        {Line::Holds::kPiece, std::string(" ") + kGuard + std::string(piece) + kGuard});
    value.remove_prefix(piece.size());
  }
}

std::string_view LineSource::Unguarded(std::string_view piece) {
  return piece.size() < 2 ? std::string_view() : piece.substr(1, piece.size() - 2);
}

void LineSource::Open(const std::string& path) {
  if (files_.size() >= kMaxIncludeDepth) Refuse("%include is nested too deeply");
  std::filesystem::path full(path);
  if (full.is_relative()) full = std::filesystem::path(files_.back().name).parent_path() / full;
  std::string text;
  try {
    text = ReadConfigFile(full.string());
  } catch (const base::ConfigError& error) {
    Refuse(error.what());
  }
  files_.push_back({full.string(), SplitLines(text), 0});
}

}  // namespace config
