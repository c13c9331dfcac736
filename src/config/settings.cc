#include "config/settings.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "base/text.h"
#include "config/interpolation.h"
#include "config/value_parser.h"

namespace config {
namespace {

const char* TypeName(Type type) {
  switch (type) {
    case Type::kString:
      return "text";
    case Type::kConnstr:
      return "connection string";
    case Type::kPath:
      return "path";
    case Type::kBool:
      return "boolean";
    case Type::kInt:
      return "integer";
    case Type::kSeconds:
      return "seconds";
    case Type::kSize:
      return "size";
    case Type::kList:
      return "list";
    case Type::kEnum:
      return "one of";
    case Type::kInterval:
      return "interval";
  }
  return "";
}

std::string HostName() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

std::string ChooseSection(const IniFile& file, const std::vector<std::string>& sections) {
  for (const std::string& section : sections)
    if (file.HasSection(section)) return section;
  const std::string near = DidYouMean(sections.front(), file.sections());
  throw base::ConfigError(
      file.path() + ": No section: '" + sections.front() + "'",
      near.empty() ? "The file needs a line [" + sections.front() + "] above its settings."
                   : "The file has [" + near + "].");
}

std::vector<std::string> AllNames(const std::vector<Setting>& declared) {
  std::vector<std::string> names;
  for (const Setting& setting : declared) {
    names.push_back(setting.name);
    names.insert(names.end(), setting.aliases.begin(), setting.aliases.end());
  }
  return names;
}

bool IsPredefined(const std::string& key) {
  return key == "job_name" || key == "service_name" || key == "host_name" || key == "config_dir" ||
         key == "config_file" || key == "config_format";
}

// By a value of the section: `%(key)s` or `${key}`.
bool IsReferredTo(const std::string& key, const IniFile& file, const std::string& section) {
  for (const auto& [ignored, entry] : file.Section(section)) {
    const std::string value = base::LowerCase(entry.value);
    if (value.find("%(" + key + ")s") != std::string::npos ||
        value.find("${" + key + "}") != std::string::npos)
      return true;
  }
  return false;
}

void CheckUnknown(const std::vector<Setting>& declared, const IniFile& file,
                  const std::string& section, UnknownKeys policy,
                  const std::function<void(const std::string&)>& warn) {
  const std::vector<std::string> known = AllNames(declared);
  for (const auto& [key, entry] : file.Section(section)) {
    if (IsPredefined(key) || std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (policy == UnknownKeys::kWarn && IsReferredTo(key, file, section)) continue;
    const std::string near = DidYouMean(key, known);
    if (policy == UnknownKeys::kRefuse)
      throw base::ConfigError(
          entry.origin.ToString() + ": unknown parameter: " + section + "/" + key,
          near.empty() ? "" : "Did you mean \"" + near + "\"?");
    if (warn)
      warn(entry.origin.ToString() + ": unknown setting \"" + key + "\"" +
           (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
  }
}

}  // namespace

std::map<std::string, std::string> PredefinedKeys(const IniFile& file, const std::string& section) {
  const std::filesystem::path path = std::filesystem::absolute(file.path());
  return {{"job_name", path.stem().string()},
          {"service_name", section},
          {"host_name", HostName()},
          {"config_dir", path.parent_path().string()},
          {"config_file", path.string()}};
}

Settings Settings::Load(const std::vector<Setting>& declared, const IniFile& original,
                        const std::vector<std::string>& sections,
                        const std::map<std::string, std::string>& overrides, UnknownKeys policy,
                        const std::function<void(const std::string&)>& warn) {
  Settings settings;
  settings.section_ = ChooseSection(original, sections);
  CheckUnknown(declared, original, settings.section_, policy, warn);
  const std::vector<std::string> known = AllNames(declared);
  for (const auto& [key, ignored] : overrides) {
    if (IsPredefined(key) || std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string near = DidYouMean(key, known);
    throw base::ConfigError("--set: unknown setting \"" + key + "\"",
                            near.empty() ? "" : "Did you mean \"" + near + "\"?");
  }

  const IniFile file = original.WithOverrides(settings.section_, overrides);
  const std::map<std::string, std::string> predefined = PredefinedKeys(file, settings.section_);
  for (const Setting& setting : declared) {
    Value value;
    value.type = setting.type;
    value.reloadable = setting.reloadable;
    std::string raw = setting.default_value;
    std::vector<std::string> names = setting.aliases;  // an alias that is set wins
    names.push_back(setting.name);
    for (const std::string& name : names) {
      if (const auto entry = file.Value(settings.section_, name, predefined)) {
        raw = entry->value;
        value.origin = entry->origin;
        value.set = entry->origin.line > 0 || overrides.contains(name);
        break;
      }
    }
    if (!value.set && value.origin.file.empty() && raw.find("%(") != std::string::npos) {
      // A default may name another setting: `%(job_name)s`.
      raw = InterpolatePercent(
          raw, [&](const std::string&, const std::string& key) -> std::optional<std::string> {
            const std::optional<Entry> entry = file.Value(settings.section_, key, predefined);
            if (!entry) return std::nullopt;
            std::string literal;  // its references are resolved already
            for (const char c : entry->value) literal.append(c == '%' ? 2 : 1, c);
            return literal;
          });
    }
    if (setting.required && raw.empty())
      throw base::ConfigError(
          file.path() + ": section [" + settings.section_ + "] has no \"" + setting.name + "\"",
          setting.help);
    try {
      const ParsedValue parsed = ParseValue(setting, raw);
      value.text = parsed.text;
      value.number = parsed.number;
      value.list = parsed.list;
    } catch (const base::Error& error) {
      throw base::ConfigError((value.set ? value.origin.ToString() : file.path()) +
                                  ": invalid value \"" +
                                  (setting.type == Type::kConnstr ? "***" : raw) +
                                  "\" for parameter " + setting.name + ": " + error.what(),
                              error.hint());
    }
    settings.values_[setting.name] = std::move(value);
  }
  return settings;
}

const Settings::Value& Settings::Get(std::string_view name, Type type) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.type != type)
    throw std::logic_error("setting " + std::string(name) + " is not declared as " +
                           TypeName(type));
  return found->second;
}

const std::string& Settings::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end())
    throw std::logic_error("setting " + std::string(name) + " is not declared");
  return found->second.text;
}

bool Settings::boolean(std::string_view name) const { return Get(name, Type::kBool).number != 0; }

long Settings::integer(std::string_view name) const {
  const auto found = values_.find(name);
  const Type type =
      found != values_.end() && found->second.type == Type::kSize ? Type::kSize : Type::kInt;
  return std::lround(Get(name, type).number);
}

std::chrono::milliseconds Settings::seconds(std::string_view name) const {
  return std::chrono::milliseconds(std::llround(Get(name, Type::kSeconds).number * 1000));
}

const std::vector<std::string>& Settings::list(std::string_view name) const {
  return Get(name, Type::kList).list;
}

bool Settings::is_set(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() && found->second.set;
}

const Origin& Settings::origin(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end())
    throw std::logic_error("setting " + std::string(name) + " is not declared");
  return found->second.origin;
}

Settings Settings::WithReloadable(const Settings& newer) const {
  Settings result = *this;
  for (auto& [name, value] : result.values_) {
    const auto other = newer.values_.find(name);
    if (value.reloadable && other != newer.values_.end()) value = other->second;
  }
  return result;
}

std::vector<std::string> Settings::ChangedNotReloadable(const Settings& newer) const {
  std::vector<std::string> changed;
  for (const auto& [name, value] : values_) {
    const auto other = newer.values_.find(name);
    if (other != newer.values_.end() && !value.reloadable && other->second.text != value.text)
      changed.push_back(name);
  }
  return changed;
}

}  // namespace config
