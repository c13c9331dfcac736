#include "config/ini_file.h"

#include <ini.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <filesystem>

#include "base/text.h"
#include "config/interpolation.h"
#include "config/line_source.h"

namespace config {
namespace {

constexpr std::string_view kDefaultSection = "DEFAULT";

// The value as one has to write it for it to mean just that.
std::string Literal(const std::string& value, bool dollar) {
  std::string out;
  for (const char c : value) out.append(c == (dollar ? '$' : '%') ? 2 : 1, c);
  return out;
}

using Sections = std::map<std::string, std::map<std::string, Entry>>;

// inih's callbacks with what they work on. Exceptions must not pass through its C frames, so they
// wait here.
struct ParseRun {
  LineSource& source;
  Sections& sections;
  std::map<std::string, Origin> headers;
  std::exception_ptr failure;

  static char* ReadLine(char* buffer, int size, void* self_pointer) {
    ParseRun& self = *static_cast<ParseRun*>(self_pointer);
    if (self.failure) return nullptr;
    try {
      if (!self.source.Next()) return nullptr;
      const std::string& text = self.source.line().text;
      if (self.source.line().holds == Line::Holds::kSection)
        self.OpenSection(text.substr(1, text.size() - 2));
      if (text.size() >= static_cast<std::size_t>(size))
        throw base::ConfigError(self.source.origin().ToString() +
                                ": inih takes shorter lines only");
      std::memcpy(buffer, text.c_str(), text.size() + 1);
      return buffer;
    } catch (...) {
      self.failure = std::current_exception();
      return nullptr;
    }
  }

  static int Handle(void* self_pointer, const char* section, const char* name, const char* value) {
    ParseRun& self = *static_cast<ParseRun*>(self_pointer);
    if (!name || self.failure) return 1;  // some builds of inih tell of sections, without a name
    try {
      self.TakeValue(section, name, value ? value : "");
      return 1;
    } catch (...) {
      self.failure = std::current_exception();
      return 0;
    }
  }

  // inih tells of no section that is empty, or there twice.
  void OpenSection(const std::string& name) {
    const auto [known, fresh] = headers.emplace(name, source.origin());
    if (!fresh)
      throw base::ConfigError(source.origin().ToString() + ": section [" + name +
                              "] is already at line " + std::to_string(known->second.line));
    sections[name];
  }

  void TakeValue(const std::string& section, const std::string& name, std::string_view value) {
    const std::string key = base::LowerCase(name);
    switch (source.line().holds) {
      case Line::Holds::kNextLine:
        sections[section][key].value.append("\n").append(value);
        break;
      case Line::Holds::kPiece:
        sections[section][key].value.append(LineSource::Unguarded(value));
        break;
      default:
        AddKey(section, name, value);
    }
  }

  void AddKey(const std::string& section, const std::string& name, std::string_view value) {
    const Origin here = source.origin();
    if (section.empty())
      throw base::ConfigError(here.ToString() + ": key \"" + name +
                              "\" stands before any [section]");
    const std::string key = base::LowerCase(name);
    const auto [known, fresh] = sections[section].emplace(key, Entry{std::string(value), here});
    if (!fresh)
      throw base::ConfigError(here.ToString() + ": key \"" + key +
                              "\" is set twice, first at line " +
                              std::to_string(known->second.origin.line));
  }
};

}  // namespace

std::string Origin::ToString() const { return line > 0 ? file + ":" + std::to_string(line) : file; }

IniFile IniFile::Load(const std::string& path, Dialect dialect) {
  return Parse(ReadConfigFile(path), path, dialect);
}

IniFile IniFile::Parse(std::string_view text, const std::string& name, Dialect dialect) {
  IniFile file;
  file.path_ = name;
  file.dialect_ = dialect;
  LineSource source(name, text, dialect);
  ParseRun parse{source, file.sections_, {}, nullptr};
  const int bad_line = ini_parse_stream(ParseRun::ReadLine, &parse, ParseRun::Handle, &parse);
  if (parse.failure) std::rethrow_exception(parse.failure);
  if (bad_line != 0) throw base::ConfigError(source.origin().ToString() + ": could not parse line");
  return file;
}

std::vector<std::string> IniFile::sections() const {
  std::vector<std::string> names;
  for (const auto& [name, keys] : sections_)
    if (name != kDefaultSection || dialect_ == Dialect::kPgqd) names.push_back(name);
  return names;
}

bool IniFile::HasSection(std::string_view section) const {
  return sections_.contains(std::string(section));
}

std::map<std::string, Entry> IniFile::Section(std::string_view section) const {
  std::map<std::string, Entry> keys;
  if (const auto own = sections_.find(std::string(section)); own != sections_.end())
    keys = own->second;
  if (dialect_ == Dialect::kLondiste) {
    if (const auto shared = sections_.find(std::string(kDefaultSection)); shared != sections_.end())
      keys.insert(shared->second.begin(), shared->second.end());
  }
  return keys;
}

std::optional<Entry> IniFile::Value(std::string_view section, std::string_view key,
                                    const std::map<std::string, std::string>& predefined) const {
  const auto keys = Section(section);
  const auto found = keys.find(base::LowerCase(key));
  if (found == keys.end()) {
    const auto given = predefined.find(base::LowerCase(key));
    if (given == predefined.end()) return std::nullopt;
    return Entry{given->second, {}};
  }
  if (dialect_ == Dialect::kPgqd) return found->second;
  const bool dollar = HasDollarFormat(section);
  const auto look_up = [&](const std::string& other_section,
                           const std::string& name) -> std::optional<std::string> {
    const auto others = Section(other_section.empty() ? std::string(section) : other_section);
    if (const auto entry = others.find(base::LowerCase(name)); entry != others.end())
      return entry->second.value;
    const auto given = predefined.find(base::LowerCase(name));
    if (given == predefined.end()) return std::nullopt;
    return Literal(given->second, dollar);  // the name of a folder, say, holds no references
  };
  try {
    return Entry{dollar ? InterpolateDollar(found->second.value, look_up)
                        : InterpolatePercent(found->second.value, look_up),
                 found->second.origin};
  } catch (const base::Error& error) {
    throw base::ConfigError(found->second.origin.ToString() + ": key \"" + base::LowerCase(key) +
                            "\": " + error.what());
  }
}

bool IniFile::HasDollarFormat(std::string_view section) const {
  const auto keys = Section(section);
  const auto format = keys.find("config_format");
  return format != keys.end() && format->second.value == "2";
}

IniFile IniFile::WithOverrides(std::string_view section,
                               const std::map<std::string, std::string>& overrides) const {
  IniFile copy = *this;
  const bool dollar = HasDollarFormat(section);
  for (const auto& [key, value] : overrides)
    copy.sections_[std::string(section)][base::LowerCase(key)] =
        Entry{dialect_ == Dialect::kPgqd ? value : Literal(value, dollar), {"--set " + key, 0}};
  return copy;
}

}  // namespace config
