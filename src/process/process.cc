#include "process/process.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "daemon/log.h"
#include "daemon/log_format.h"
#include "daemon/signal_process.h"
#include "pg/error.h"
#include "process/skylog.h"

namespace process {

Process::Process(std::string name, const command_line::ParsedLine& line)
    : name_(std::move(name)), line_(line) {
  for (const std::string& text : line_.Values("set")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw base::UsageError("option --set: expected KEY=VALUE, got '" + text + "'");
    overrides_[text.substr(0, equals)] = text.substr(equals + 1);
  }
}

bool Process::SignalWasAsked(const config::Settings& settings, const std::string& pid_path) {
  struct Choice {
    const char* option;
    int signal;
  };
  for (const Choice choice :
       {Choice{"stop", SIGINT}, Choice{"kill", SIGTERM}, Choice{"reload", SIGHUP}}) {
    if (!line_.Has(choice.option)) continue;
    StartLog(settings, true, LogFile::kIfPossible);
    daemon_process::SignalProcess(pid_path, choice.signal);
    return true;
  }
  return false;
}

namespace {

std::string HostName() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

// Fields of log lines that are the same in all.
std::map<std::string, std::string> FixedFields(const config::Settings& settings) {
  const std::string& job = settings.text("job_name");
  return {{"job_name", job},
          {"name", job},
          {"service_name", settings.section()},
          {"hostname", HostName()}};
}

// logfmt_file and logdatefmt_file, or the same for the console; with -v those for that, where they
// are set.
std::string ReadPattern(const config::Settings& settings, const std::string& target, bool verbose) {
  const auto key_of = [&](const std::string& stem) {
    const std::string key = stem + target;
    return verbose && settings.is_set(key + "_verbose") ? key + "_verbose" : key;
  };
  const std::string format = key_of("logfmt_"), date = key_of("logdatefmt_");
  std::string text = settings.text(format);
  if (text.empty()) {
    if (settings.text(date).empty()) return "";
    text = "%(asctime)s %(process)s %(levelname)s %(message)s";
  }
  try {
    return daemon_process::LogPattern(text, settings.text(date), FixedFields(settings));
  } catch (const base::Error& error) {
    const std::string& key = settings.is_set(format) ? format : date;
    throw base::ConfigError(settings.origin(key).ToString() + ": settings \"" + format +
                                "\" and \"" + date + "\": " + error.what(),
                            error.hint());
  }
}

// Where use_skylog sends the log besides; returns what of it has no effect.
std::vector<std::string> AddSkylog(const config::Settings& settings,
                                   daemon_process::LogOptions& log) {
  std::optional<Skylog> skylog = FindSkylog(settings, FixedFields(settings));
  if (!skylog) return {};
  using Kind = daemon_process::LogTarget::Kind;
  const auto is_console = [](const daemon_process::LogTarget& target) {
    return target.kind == Kind::kStderr;
  };
  // In the background nobody reads stderr; elsewhere its own handler takes the place of the usual.
  if (!log.console)
    std::erase_if(skylog->targets, is_console);
  else
    log.console = std::ranges::none_of(skylog->targets, is_console);
  log.more = std::move(skylog->targets);
  log.level = std::max(log.level, skylog->level);
  return std::move(skylog->without_effect);
}

}  // namespace

void Process::StartLog(const config::Settings& settings, bool console, LogFile file) {
  daemon_process::LogOptions log;
  log.style = daemon_process::LogStyle::kLondiste;
  log.file = settings.text("logfile");
  log.rotate_bytes = static_cast<std::size_t>(settings.integer("log_size"));
  log.rotate_keep = static_cast<int>(settings.integer("log_count"));
  log.console = console;
  log.file_pattern = ReadPattern(settings, "file", line_.Has("verbose"));
  log.console_pattern = ReadPattern(settings, "console", line_.Has("verbose"));
  log.level = line_.Has("quiet") ? spdlog::level::warn : spdlog::level::info;
  if (line_.Has("verbose"))
    log.level = line_.Count("verbose") == 1 ? spdlog::level::debug : spdlog::level::trace;
  std::vector<std::string> warnings;
  if (file == LogFile::kNeeded) warnings = AddSkylog(settings, log);
  try {
    daemon_process::StartLog(log);
  } catch (const base::Error&) {
    if (file == LogFile::kNeeded) throw;
    log.file.clear();
    daemon_process::StartLog(log);
  }
  logging_ = true;
  for (const std::string& text : warnings) spdlog::warn("{}", text);
}

void Process::Start(const config::Settings& settings, const std::string& pid_path,
                    LogFile log_file) {
  const bool background = line_.Has("daemon");
  if (background && pid_path.empty())
    throw PlainRefusal("Daemon needs pidfile", "Set pidfile in " + line_.arguments()[0] + ".");
  if (const std::optional<pid_t> pid =
          pid_path.empty() ? std::nullopt : daemon_process::LivePid(pid_path)) {
    throw PlainRefusal("Pidfile exists, another process running? (pid " + std::to_string(*pid) +
                       ", pidfile \"" + pid_path + "\")");
  }

  report_.emplace(background ? daemon_process::StartReport::Daemonize()
                             : daemon_process::StartReport::Foreground());
  StartLog(settings, !background, log_file);
  signals_ = std::make_unique<daemon_process::Signals>();
  if (pid_path.empty()) return;
  bool stale = false;
  pid_file_ =
      daemon_process::PidFile::Create(pid_path, daemon_process::PidFile::Newline::kNone, &stale);
  if (stale) spdlog::info("Ignoring stale pidfile");
}

int Process::Fail() {
  try {
    throw;
  } catch (const base::UsageError& error) {
    if (report_) report_->Failed(name_ + ": error: " + error.what());  // to who waits for -d
    throw;
  } catch (const PlainRefusal& refusal) {
    std::printf("%s\n", refusal.what());
    if (!refusal.hint().empty()) std::printf("%s\n", refusal.hint().c_str());
    return 1;
  } catch (const base::Interrupted&) {
    spdlog::warn("stopped by a signal");
    return 1;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure();
    std::fflush(stdout);
    if (logging_) {
      spdlog::error("{}", failure.message);
      if (!failure.hint.empty()) spdlog::error("HINT:  {}", failure.hint);
      if (!failure.query.empty()) spdlog::debug("query: {}", failure.query);
    } else {
      std::fprintf(stderr, "%s: error: %s\n", name_.c_str(),
                   base::WithHint(failure.message, failure.hint).c_str());
    }
    if (report_) {
      report_->Failed(name_ + ": error: " + base::WithHint(failure.message, failure.hint));
    }
    return 1;
  }
}

}  // namespace process
