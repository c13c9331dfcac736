// Settings are declared once: the declaration gives the loader, the range check, `--ini`, the
// manual's table and the list of keys that a reload may change.
//
//   static const std::vector<config::Setting> kSettings = {
//       {.name = "ticker_period", .type = config::Type::kSeconds, .default_value = "1", .minimum =
//       0.001,
//        .help = "How often to call the ticker.", .reloadable = true}, ...};
//   config::Settings s = config::Settings::Load(kSettings, ini, {"londiste", "londiste3"},
//   overrides, policy); s.seconds("ticker_period")
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/ini_file.h"

namespace config {

enum class Type { kString, kConnstr, kPath, kBool, kInt, kSeconds, kSize, kList, kEnum, kInterval };

struct Setting {
  std::string name;
  Type type = Type::kString;
  std::string default_value = {};
  bool required = false;
  std::optional<double> minimum = {};
  std::optional<double> maximum = {};
  std::vector<std::string> choices = {};  // kEnum
  std::vector<std::string> aliases =
      {};  // older names; an alias that is set wins (SkyTools' rule for pgq_queue_name)
  std::string help = {};  // one or more sentences; becomes the comment in --ini
  std::string sample =
      {};  // value shown in --ini instead of the default; empty: commented-out default
  bool reloadable = false;
  bool hidden = false;  // accepted for compatibility, not in --ini
};

enum class UnknownKeys { kRefuse, kWarn };

// The keys that SkyTools sets when a file does not: job_name, service_name (the section) and so on.
std::map<std::string, std::string> PredefinedKeys(const IniFile& file, const std::string& section);

class Settings {
 public:
  // Looks for the first of `sections` present in the file. Throws ConfigError naming file, line and
  // key; unknown keys are refused, or reported through `warn` as `F:12: unknown setting "x"; did
  // you mean "y"?`.
  static Settings Load(const std::vector<Setting>& declared, const IniFile& file,
                       const std::vector<std::string>& sections,
                       const std::map<std::string, std::string>& overrides, UnknownKeys policy,
                       const std::function<void(const std::string&)>& warn);

  // REQUIRES for all: `name` is declared with that type (std::logic_error otherwise).
  const std::string& text(
      std::string_view name) const;  // kString, kConnstr, kPath, kEnum, kInterval
  bool boolean(std::string_view name) const;
  long integer(
      std::string_view name) const;  // kInt; kSize in bytes ("256 MB", "10MiB", plain bytes)
  std::chrono::milliseconds seconds(
      std::string_view name) const;  // "0.5", "20", also "100 ms", "1 min"
  const std::vector<std::string>& list(std::string_view name) const;  // comma separated, trimmed
  bool is_set(std::string_view name) const;  // given in the file or by --set
  const Origin& origin(std::string_view name) const;
  const std::string& section() const { return section_; }
  // Names of settings whose value differs and that are not reloadable (a reload reports them and
  // keeps the old value).
  std::vector<std::string> ChangedNotReloadable(const Settings& newer) const;
  // These settings, with the values of `newer` for those that are reloadable.
  Settings WithReloadable(const Settings& newer) const;

 private:
  struct Value {
    Type type;
    bool reloadable = false;
    bool set = false;
    std::string text;
    double number = 0;
    std::vector<std::string> list;
    Origin origin;
  };
  const Value& Get(std::string_view name, Type type) const;
  std::string section_;
  std::map<std::string, Value, std::less<>> values_;
};

// The commented sample that `--ini` prints: header comment, [section], every setting that is not
// hidden with its help and default.
std::string SampleIni(const std::vector<Setting>& declared, std::string_view section,
                      std::string_view header,
                      const std::map<std::string, std::string>& overrides = {});
// The table of settings for the manual, as Markdown.
std::string SettingsMarkdown(const std::vector<Setting>& declared);
// The nearest of `known` by edit distance, or "" when nothing is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& known);

}  // namespace config
