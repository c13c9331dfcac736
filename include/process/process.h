// What surrounds a program that has an INI file and, maybe, a daemon: the options for that, its
// log, pid file, background, signals, and how it says that it failed.
//
// One object for each process, made by main's thread and used by it alone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "command_line/option_spec.h"
#include "command_line/parsed_line.h"
#include "config/settings.h"
#include "daemon/daemonize.h"
#include "daemon/pid_file.h"
#include "daemon/signals.h"

namespace process {

// Refusals that SkyTools prints to stdout, as scripts expect them there.
class PlainRefusal : public base::Error {
 public:
  using Error::Error;
};

// A log file that is not needed (nothing is changed, or a signal only) may be somebody else's.
enum class LogFile { kNeeded, kIfPossible };

class Process {
 public:
  // `line` outlives the object; its table has the options quiet, verbose, daemon, stop, kill,
  // reload and set. Throws UsageError for --set.
  Process(std::string name, const command_line::ParsedLine& line);
  Process(const Process&) = delete;

  const std::string& name() const { return name_; }
  // KEY=VALUE of --set.
  const std::map<std::string, std::string>& overrides() const { return overrides_; }

  // With -s, -k or -r: the signal is sent, and that was all there is to do. `pid_path`: of the
  // daemon.
  bool SignalWasAsked(const config::Settings& settings, const std::string& pid_path);
  // Background (--daemon), log, signals, pid file, in the order that works. `pid_path`: "" for
  // none. Throws PlainRefusal when another process holds it.
  void Start(const config::Settings& settings, const std::string& pid_path, LogFile log_file);
  // REQUIRES: Start.
  daemon_process::Signals& signals() { return *signals_; }
  daemon_process::StartReport& report() { return *report_; }

  // Inside a catch block: says what went wrong, where it will be read, and gives the exit status.
  // A UsageError is thrown on.
  int Fail();

 private:
  void StartLog(const config::Settings& settings, bool console, LogFile file);

  const std::string name_;
  const command_line::ParsedLine& line_;
  std::map<std::string, std::string> overrides_;
  std::optional<daemon_process::StartReport> report_;
  std::unique_ptr<daemon_process::Signals> signals_;
  daemon_process::PidFile pid_file_;
  bool logging_ = false;
};

}  // namespace process
