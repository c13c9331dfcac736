#include "daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <syslog.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <vector>

#include "base/error.h"
#include "daemon/reopening_file_sink.h"

namespace daemon_process {
namespace {

// The level in the words of the style, since spdlog's own are others.
class LevelName final : public spdlog::custom_flag_formatter {
 public:
  explicit LevelName(LogStyle style) : style_(style) {}
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    std::string name(Name(message.level));
    if (padinfo_.enabled() && padinfo_.width_ > name.size()) {
      const std::size_t blanks = padinfo_.width_ - name.size();
      // spdlog's side is where the blanks are.
      name.insert(padinfo_.side_ == spdlog::details::padding_info::pad_side::left ? 0 : name.size(),
                  blanks, ' ');
    }
    out.append(name.data(), name.data() + name.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<LevelName>(style_);
  }

 private:
  std::string_view Name(spdlog::level::level_enum level) const {
    const bool pgqd = style_ == LogStyle::kPgqd;
    switch (level) {
      case spdlog::level::trace:
        return pgqd ? "NOISE" : "TRACE";
      case spdlog::level::debug:
        return "DEBUG";
      case spdlog::level::info:
        return pgqd ? "LOG" : "INFO";
      case spdlog::level::warn:
        return "WARNING";
      case spdlog::level::err:
        return "ERROR";
      default:
        return pgqd ? "FATAL" : "CRITICAL";
    }
  }
  LogStyle style_;
};

std::unique_ptr<spdlog::formatter> MakeFormatter(LogStyle style, const std::string& pattern) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<LevelName>('*', style);
  char zone[32] = "";
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::strftime(zone, sizeof zone, "%Z", &local);
  if (!pattern.empty()) {
    formatter->set_pattern(pattern);
    return formatter;
  }
  formatter->set_pattern(style == LogStyle::kPgqd
                             ? "%Y-%m-%d %H:%M:%S.%e " + std::string(zone) + " [%P] %* %v"
                             : "%Y-%m-%d %H:%M:%S,%e %P %* %v");
  return formatter;
}

struct Facility {
  const char* name;
  int number;
};
constexpr Facility kFacilities[] = {
    {"auth", LOG_AUTH},     {"authpriv", LOG_AUTHPRIV}, {"cron", LOG_CRON},
    {"daemon", LOG_DAEMON}, {"ftp", LOG_FTP},           {"kern", LOG_KERN},
    {"lpr", LOG_LPR},       {"mail", LOG_MAIL},         {"news", LOG_NEWS},
    {"syslog", LOG_SYSLOG}, {"user", LOG_USER},         {"uucp", LOG_UUCP},
    {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1},     {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4},     {"local5", LOG_LOCAL5},
    {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7}};

const Facility* FindFacility(const std::string& name) {
  for (const Facility& facility : kFacilities)
    if (name == facility.name) return &facility;
  return nullptr;
}

int FacilityNumber(const std::string& name) {
  if (const Facility* facility = FindFacility(name)) return facility->number;
  throw base::Error("unknown syslog facility \"" + name + "\"");
}

// A log that cannot be written (full disk) says so on stderr, once a minute, and never stops the
// program.
void ReportLogFailure(const std::string& message) {
  static std::time_t last = 0;
  const std::time_t now = std::time(nullptr);
  if (now - last < 60) return;
  last = now;
  std::fprintf(stderr, "could not write to the log: %s\n", message.c_str());
}

std::vector<std::shared_ptr<ReopeningFileSink>>& CurrentFiles() {
  static std::vector<std::shared_ptr<ReopeningFileSink>> sinks;  // shared with spdlog's logger
  return sinks;
}

spdlog::sink_ptr MakeSink(const LogTarget& target) {
  switch (target.kind) {
    case LogTarget::Kind::kStderr:
      return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    case LogTarget::Kind::kSyslog:
      return std::make_shared<spdlog::sinks::syslog_sink_mt>(
          target.syslog_ident, LOG_PID, FacilityNumber(target.syslog_facility), true);
    default:
      CurrentFiles().push_back(std::make_shared<ReopeningFileSink>(target.file, target.rotate_bytes,
                                                                   target.rotate_keep));
      return CurrentFiles().back();
  }
}

// console, file and syslog of the options as targets like any other.
std::vector<LogTarget> Targets(const LogOptions& options) {
  std::vector<LogTarget> targets;
  if (options.console)
    targets.push_back({.kind = LogTarget::Kind::kStderr, .pattern = options.console_pattern});
  if (!options.file.empty())
    targets.push_back({.kind = LogTarget::Kind::kFile,
                       .file = options.file,
                       .rotate_bytes = options.rotate_bytes,
                       .rotate_keep = options.rotate_keep,
                       .pattern = options.file_pattern});
  if (options.syslog)
    targets.push_back({.kind = LogTarget::Kind::kSyslog,
                       .syslog_ident = options.syslog_ident,
                       .syslog_facility = options.syslog_facility,
                       .pattern = "%v"});
  targets.insert(targets.end(), options.more.begin(), options.more.end());
  return targets;
}

}  // namespace

bool IsSyslogFacility(const std::string& name) { return FindFacility(name) != nullptr; }

void StartLog(const LogOptions& options) {
  std::vector<spdlog::sink_ptr> sinks;
  CurrentFiles().clear();
  for (const LogTarget& target : Targets(options)) {
    sinks.push_back(MakeSink(target));
    sinks.back()->set_formatter(MakeFormatter(options.style, target.pattern));
    sinks.back()->set_level(target.level);
  }
  auto logger = std::make_shared<spdlog::logger>("", sinks.begin(), sinks.end());
  logger->set_level(options.level);
  logger->flush_on(spdlog::level::trace);
  logger->set_error_handler(ReportLogFailure);
  spdlog::set_default_logger(std::move(logger));
}

void ReopenLog() {
  std::exception_ptr failure;
  for (const std::shared_ptr<ReopeningFileSink>& file : CurrentFiles()) {
    try {
      file->Reopen();
    } catch (const base::Error&) {
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace daemon_process
