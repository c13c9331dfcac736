// INI files in the dialect of SkyTools' configuration, parsed by inih behind our own line reader.
//
// Dialect: `[section]`, `key = value` or `key: value`, keys case-insensitive, full-line comments
// with '#' or ';', indented continuation lines, [DEFAULT] merged into every section, `%(key)s`
// interpolation with `%%` for a percent sign, `~/` expansion, predefined keys job_name,
// service_name, host_name, config_dir, config_file. `config_format = 2` in the section switches to
// `${key}` / `${section:key}` with `$$`. Duplicate keys or sections, lines that would be misread,
// and NUL bytes are refused. Values of any length are kept whole. For pgqd's files: `%include
// FILE`, only `=`, no continuation lines, no interpolation.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace config {

struct Origin {
  std::string file;
  int line = 0;                  // 0: not from a file (command line, predefined, default)
  std::string ToString() const;  // "file:line"
};

struct Entry {
  std::string value;  // raw, before interpolation
  Origin origin;
};

enum class Dialect { kLondiste, kPgqd };

// One parsed file. Immutable.
class IniFile {
 public:
  // Throws ConfigError: `could not open "F": No such file or directory`, `F:12: ...`.
  static IniFile Load(const std::string& path, Dialect dialect);
  static IniFile Parse(std::string_view text, const std::string& name, Dialect dialect);

  const std::string& path() const { return path_; }
  std::vector<std::string> sections() const;
  bool HasSection(std::string_view section) const;
  // Keys of the section, with [DEFAULT] merged in (londiste dialect); lower-case key -> entry.
  std::map<std::string, Entry> Section(std::string_view section) const;
  // The value with interpolation done (`~` is left to Settings, which knows what is a path).
  // nullopt when the key is unset. `predefined` holds job_name etc.
  std::optional<Entry> Value(std::string_view section, std::string_view key,
                             const std::map<std::string, std::string>& predefined) const;
  // The same file with keys of the section replaced, taken literally, as by --set; values that
  // refer to these keys see the new ones.
  IniFile WithOverrides(std::string_view section,
                        const std::map<std::string, std::string>& overrides) const;

 private:
  bool HasDollarFormat(std::string_view section) const;
  std::string path_;
  Dialect dialect_ = Dialect::kLondiste;
  std::map<std::string, std::map<std::string, Entry>> sections_;
};

}  // namespace config
