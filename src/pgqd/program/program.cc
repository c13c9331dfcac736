#include "pgqd/program/program.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <string.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "config/ini_file.h"
#include "config/settings.h"
#include "daemon/daemonize.h"
#include "daemon/log.h"
#include "daemon/pid_file.h"
#include "daemon/signals.h"
#include "daemon/whose_process.h"
#include "pg/notice.h"
#include "pgqd/command_line.h"
#include "pgqd/databases/supervisor.h"
#include "pgqd/settings/options.h"
#include "pgqd/settings/settings.h"
#include "pgqd/threads/service_thread.h"

namespace pgqd {
namespace {

using Action = CommandLine::Action;

constexpr const char* kSection = "pgqd";

void PrintFailure(const char* level, const base::Error& error) {
  std::fprintf(stderr, "%s %s\n", level, base::WithHint(error).c_str());
}

config::Settings LoadSettings(const std::string& path) {
  const config::IniFile file = config::IniFile::Load(path, config::Dialect::kPgqd);
  config::Settings settings = config::Settings::Load(DeclaredSettings(), file, {kSection}, {},
                                                     config::UnknownKeys::kRefuse, {});
  ReadOptions(settings);  // refuses what only shows on use
  return settings;
}

int SendSignal(const std::string& pidfile, int signal) {
  if (pidfile.empty()) {
    std::fprintf(stderr, "No pidfile configured\n");
    return 1;
  }
  const std::optional<pid_t> pid = daemon_process::LivePid(pidfile);
  const int result = pid ? kill(*pid, signal) : -1;
  if (!pid || (result != 0 && errno == ESRCH)) {
    std::fprintf(stderr, "Old process is not running (pidfile \"%s\")\n", pidfile.c_str());
    return 0;
  }
  if (result != 0) {
    const std::string reason = strerror(errno), whose = daemon_process::WhoseProcess(*pid);
    std::fprintf(stderr, "could not signal process %d: %s%s\n", static_cast<int>(*pid),
                 reason.c_str(), whose.empty() ? "" : (" (" + whose + ")").c_str());
    return 1;
  }
  std::fprintf(stderr, "SIG%s sent\n", sigabbrev_np(signal));
  return 0;
}

void StartLog(const CommandLine& line, const config::Settings& settings) {
  daemon_process::LogOptions log;
  log.style = daemon_process::LogStyle::kPgqd;
  log.file = settings.text("logfile");
  log.console = !line.quiet && !line.daemon;
  log.syslog = settings.integer("syslog") != 0;
  log.syslog_ident = settings.text("syslog_ident");
  log.syslog_facility = settings.text("syslog_facility");
  log.level = line.verbose == 0   ? spdlog::level::info
              : line.verbose == 1 ? spdlog::level::debug
                                  : spdlog::level::trace;
  daemon_process::StartLog(log);
}

// From the log's start to its end: the daemon proper.
void Serve(const std::string& path, config::Settings settings,
           daemon_process::StartReport& report) {
  spdlog::info("Starting pgqd {}", SKYTOOLS_VERSION);
  daemon_process::Signals signals;
  daemon_process::PidFile pid_file;
  const std::string& pid_path = settings.text("pidfile");
  bool stale = false;
  if (!pid_path.empty())
    pid_file = daemon_process::PidFile::Create(pid_path,
                                               daemon_process::PidFile::Newline::kTrailing, &stale);
  if (stale) spdlog::info("removed stale pidfile");
  pg::SetNoticeSink(
      [](const pg::Notice& notice) { spdlog::trace("{}: {}", notice.severity, notice.message); });
  PrepareForManyThreads();
  Supervisor supervisor(
      std::move(settings), [path] { return LoadSettings(path); }, signals);
  supervisor.Run([&report] { report.Ready(); });
}

int Start(const CommandLine& line, const std::string& path, config::Settings settings) {
  const std::string& pid_path = settings.text("pidfile");
  if (line.daemon && pid_path.empty()) {
    PrintFailure("FATAL",
                 base::Error("daemon needs pidfile configured", "Set pidfile in " + path + "."));
    return 1;
  }
  // Asked before the fork, for the plain answer; taken after it, since the lock belongs to the
  // process.
  if (const std::optional<pid_t> pid =
          pid_path.empty() ? std::nullopt : daemon_process::LivePid(pid_path)) {
    PrintFailure("FATAL", base::Error("pidfile exists, another instance running? (pid " +
                                      std::to_string(*pid) + ", pidfile \"" + pid_path + "\")"));
    return 1;
  }
  daemon_process::StartReport report = line.daemon ? daemon_process::StartReport::Daemonize()
                                                   : daemon_process::StartReport::Foreground();
  bool logging = false;
  try {
    StartLog(line, settings);
    logging = true;
    Serve(path, std::move(settings), report);
    return 0;
  } catch (const base::Error& error) {
    if (logging) {
      spdlog::critical("{}", error.what());
      if (!error.hint().empty()) spdlog::critical("HINT:  {}", error.hint());
    } else {
      PrintFailure("FATAL", error);
    }
    report.Failed(std::string("FATAL ") + error.what());
  } catch (const std::exception& error) {
    if (logging) spdlog::critical("{}", error.what());
    report.Failed(std::string("FATAL ") + error.what());
  }
  return 1;
}

int RunWithConfig(const CommandLine& line) {
  if (line.files.empty()) {
    std::fprintf(stderr, "pgqd requires config file\n");
    return 1;
  }
  if (line.files.size() != 1) {
    std::fprintf(stderr, "pgqd takes one config file, got %zu\n", line.files.size());
    return 1;
  }
  const std::string& path = line.files[0];
  std::optional<config::Settings> settings;
  try {
    settings = LoadSettings(path);
  } catch (const base::Error& error) {
    PrintFailure("ERROR", error);
    std::fprintf(stderr, "FATAL failed to read config\n");
    return 1;
  }
  switch (line.action) {
    case Action::kStop:
      return SendSignal(settings->text("pidfile"), SIGINT);
    case Action::kKill:
      return SendSignal(settings->text("pidfile"), SIGTERM);
    case Action::kReload:
      return SendSignal(settings->text("pidfile"), SIGHUP);
    default:
      return Start(line, path, std::move(*settings));
  }
}

}  // namespace

int RunProgram(const std::vector<std::string>& words) {
  const CommandLine line = ParseCommandLine(words);
  switch (line.action) {
    case Action::kHelp:
      std::fputs(UsageText().c_str(), stdout);
      return 0;
    case Action::kVersion:
      std::printf("pgqd version %s\n", SKYTOOLS_VERSION);
      return 0;
    case Action::kSampleIni:
      std::fputs(
          config::SampleIni(DeclaredSettings(), kSection,
                            "Configuration of pgqd, the ticker and maintenance daemon of PgQ.")
              .c_str(),
          stdout);
      return 0;
    case Action::kBadSwitch:
      std::fprintf(stderr, "bad switch: %s\n%s", line.bad_switch.c_str(), UsageText().c_str());
      return 1;
    default:
      return RunWithConfig(line);
  }
}

}  // namespace pgqd
