#include "process/skylog.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/error.h"
#include "base/text.h"
#include "config/home_path.h"
#include "daemon/log_format.h"
#include "process/skylog_arguments.h"

namespace process {
namespace {

using daemon_process::LogTarget;
using Kind = PythonValue::Kind;

constexpr auto kClasses = std::to_array<std::string_view>(
    {"StreamHandler", "FileHandler", "WatchedFileHandler", "RotatingFileHandler",
     "EasyRotatingFileHandler", "SysLogHandler", "SysLogHostnameHandler"});

// Names of a list: `keys=a, b`.
std::vector<std::string> Names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty())
    if (const std::string name(base::Trim(base::TakeUntil(list, ','))); !name.empty())
      names.push_back(name);
  return names;
}

// `handlers.SysLogHandler.LOG_LOCAL1`: behind the last point.
std::string LastName(const std::string& name) { return name.substr(name.rfind('.') + 1); }

class Reader {
 public:
  Reader(const config::IniFile& file, const std::map<std::string, std::string>& texts)
      : file_(file), texts_(texts) {}

  Skylog Read() {
    for (const std::string& logger : Names(Value("loggers", "keys")))
      if (logger != "root")
        WithoutEffect(file_.path(), "logger \"" + logger + "\": only that of root is read");
    ExplainOtherKeys("logger_root", {"level", "handlers", "qualname", "propagate"});
    result_.level = Level("logger_root");
    for (const std::string& handler : Names(Value("logger_root", "handlers"))) ReadHandler(handler);
    return std::move(result_);
  }

 private:
  void WithoutEffect(const std::string& where, const std::string& what) {
    result_.without_effect.push_back(where + ": " + what);
  }

  void RequireSection(const std::string& section) const {
    if (!file_.HasSection(section))
      throw base::ConfigError(file_.path() + ": there is no section [" + section + "]");
  }

  // "" when the key is not there.
  std::string Value(const std::string& section, const std::string& key) const {
    RequireSection(section);
    const auto entry = file_.Value(section, key, texts_);
    return entry ? entry->value : "";
  }
  // Without the file's own references: a format's %(name)s are not that.
  std::string RawValue(const std::string& section, const std::string& key) const {
    RequireSection(section);
    const auto keys = file_.Section(section);
    const auto entry = keys.find(key);
    return entry == keys.end() ? "" : entry->second.value;
  }
  std::string Where(const std::string& section, const std::string& key) const {
    const auto keys = file_.Section(section);
    const auto entry = keys.find(key);
    return entry == keys.end() ? file_.path() : entry->second.origin.ToString();
  }

  void ExplainOtherKeys(const std::string& section, std::initializer_list<const char*> known) {
    RequireSection(section);
    const auto shared = file_.Section("DEFAULT");
    for (const auto& [key, entry] : file_.Section(section))
      if (!shared.contains(key) && std::ranges::find(known, key) == known.end())
        WithoutEffect(entry.origin.ToString(),
                      "\"" + key + "\" in [" + section + "] has no effect");
  }

  spdlog::level::level_enum Level(const std::string& section) const {
    static const std::map<std::string, spdlog::level::level_enum> kLevels = {
        {"", spdlog::level::trace},         {"notset", spdlog::level::trace},
        {"trace", spdlog::level::trace},    {"debug", spdlog::level::debug},
        {"info", spdlog::level::info},      {"warn", spdlog::level::warn},
        {"warning", spdlog::level::warn},   {"error", spdlog::level::err},
        {"fatal", spdlog::level::critical}, {"critical", spdlog::level::critical}};
    const std::string name = Value(section, "level");
    const auto level = kLevels.find(base::LowerCase(name));
    if (level != kLevels.end()) return level->second;
    throw base::ConfigError(Where(section, "level") + ": there is no log level \"" + name + "\"",
                            "Levels: NOTSET, DEBUG, INFO, WARNING, ERROR, CRITICAL.");
  }

  // Of a formatter's lines.
  std::string Pattern(const std::string& name) {
    if (name.empty()) return "%v";
    const std::string section = "formatter_" + name;
    ExplainOtherKeys(section, {"format", "datefmt"});
    const std::string format = RawValue(section, "format");
    if (format.empty()) return "%v";
    try {
      return daemon_process::LogPattern(format, RawValue(section, "datefmt"), texts_);
    } catch (const base::Error& error) {
      WithoutEffect(Where(section, "format"),
                    "formatter \"" + name + "\" has no effect: " + error.what());
      return "";
    }
  }

  void ReadHandler(const std::string& name) {
    const std::string section = "handler_" + name;
    ExplainOtherKeys(section, {"class", "args", "level", "formatter"});
    LogTarget target;
    target.level = Level(section);
    const std::string type = LastName(Value(section, "class"));
    if (type == "NullHandler") return;
    const std::string text = Value(section, "args");
    std::string why_not = "there is no such class here";
    try {
      if (std::ranges::find(kClasses, type) != kClasses.end())
        why_not = Fill(type, ParseArguments(text.empty() ? "()" : text).items, target);
    } catch (const base::Error& error) {
      throw base::ConfigError(Where(section, "args") + ": arguments of handler \"" + name +
                              "\": " + error.what());
    }
    if (!why_not.empty()) {
      WithoutEffect(Where(section, "class"), "handler \"" + name + "\" has no effect: " + why_not);
      return;
    }
    target.pattern = Pattern(Value(section, "formatter"));
    result_.targets.push_back(std::move(target));
  }

  // Where lines of such a handler go; or why they go nowhere.
  std::string Fill(const std::string& type, const std::vector<PythonValue>& arguments,
                   LogTarget& target) {
    if (type == "StreamHandler") {
      if (!arguments.empty() && LastName(arguments[0].text) != "stderr")
        return "lines of the log go to stderr, stdout is for results";
      target.kind = LogTarget::Kind::kStderr;
      return "";
    }
    if (type == "SysLogHandler" || type == "SysLogHostnameHandler")
      return FillSyslog(arguments, target);
    return FillFile(type, arguments, target);
  }

  static long NumberAt(const std::vector<PythonValue>& arguments, std::size_t at, long otherwise) {
    if (at >= arguments.size()) return otherwise;
    if (arguments[at].kind == Kind::kNumber) return arguments[at].number;
    throw base::Error("expected a number as argument " + std::to_string(at + 1));
  }

  static std::string FillFile(const std::string& type, const std::vector<PythonValue>& arguments,
                              LogTarget& target) {
    if (arguments.empty() || arguments[0].kind != Kind::kText || arguments[0].text.empty())
      throw base::Error("expected the name of a file");
    target.kind = LogTarget::Kind::kFile;
    target.file = config::ExpandHome(arguments[0].text);
    const bool easy = type == "EasyRotatingFileHandler";
    if (!easy && arguments.size() > 1 && !arguments[1].text.starts_with('a'))
      return "lines are added to a log file (mode 'a'), it is not emptied";
    if (!easy && type != "RotatingFileHandler") return "";
    const long size = NumberAt(arguments, easy ? 1 : 2, easy ? 10 * 1024 * 1024 : 0);
    const long keep = NumberAt(arguments, easy ? 2 : 3, easy ? 3 : 0);
    if (size <= 0 || keep <= 0) return "";  // then Python does not rotate either
    target.rotate_bytes = static_cast<std::size_t>(size);
    target.rotate_keep = static_cast<int>(std::min(keep, 1000L));
    return "";
  }

  std::string FillSyslog(const std::vector<PythonValue>& arguments, LogTarget& target) {
    if (arguments.empty() || arguments[0].kind != Kind::kText || arguments[0].text != "/dev/log")
      return "only the syslog of this machine, '/dev/log', is written to";
    if (std::ranges::any_of(result_.targets, [](const LogTarget& other) {
          return other.kind == LogTarget::Kind::kSyslog;
        }))
      return "one handler for syslog is there already";
    target.kind = LogTarget::Kind::kSyslog;
    target.syslog_ident = texts_.at("job_name");
    target.syslog_facility = "user";
    if (arguments.size() < 2) return "";
    std::string facility = base::LowerCase(LastName(arguments[1].text));
    if (facility.starts_with("log_")) facility.erase(0, 4);
    if (!daemon_process::IsSyslogFacility(facility))
      throw base::Error("expected a facility of syslog such as 'local0' as argument 2");
    target.syslog_facility = facility;
    return "";
  }

  const config::IniFile& file_;
  const std::map<std::string, std::string>& texts_;
  Skylog result_;
};

// Whoever writes the file decides what else this process writes to.
void RefuseForeign(const std::string& path, const struct stat& status) {
  if (status.st_uid != 0 && status.st_uid != geteuid())
    throw base::ConfigError("\"" + path + "\" belongs to another user than this program's or root",
                            "Name the right file in skylog_locations, or change its owner.");
  if ((status.st_mode & S_IWOTH) != 0)
    throw base::ConfigError("everybody may write to \"" + path + "\"", "chmod o-w " + path);
}

}  // namespace

Skylog ReadSkylog(const config::IniFile& file, const std::map<std::string, std::string>& texts) {
  return Reader(file, texts).Read();
}

std::optional<Skylog> FindSkylog(const config::Settings& settings,
                                 const std::map<std::string, std::string>& texts) {
  const long use = settings.integer("use_skylog");
  if (use == 0 || (use == 1 && isatty(STDERR_FILENO) == 1)) return std::nullopt;
  std::string looked_for;
  for (const std::string& location : settings.list("skylog_locations")) {
    const std::string path = config::ExpandHome(location);
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) {
      looked_for += (looked_for.empty() ? "" : ", ") + path;
      continue;
    }
    RefuseForeign(path, status);
    return ReadSkylog(config::IniFile::Load(path, config::Dialect::kLondiste), texts);
  }
  throw base::ConfigError(settings.origin("use_skylog").ToString() +
                              ": setting \"use_skylog\": there is none of the files " + looked_for,
                          "Set use_skylog = 0 to log to logfile and stderr only.");
}

}  // namespace process
