#include "londiste/program/program.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>

#include "base/error.h"
#include "base/interrupt.h"
#include "config/ini_file.h"
#include "config/settings.h"
#include "daemon/signal_watch.h"
#include "londiste/commands/command_table.h"
#include "londiste/commands/option_table.h"
#include "londiste/program/help_text.h"
#include "londiste/program/settings.h"
#include "process/process.h"
#include "process/watch_servers.h"

namespace londiste {
namespace {

using commands::Command;

constexpr const char* kVersion = SKYTOOLS_VERSION;

class Program {
 public:
  Program(std::string name, const std::vector<std::string>& words)
      : line_(command_line::Parse(commands::OptionTable(), words)),
        process_(name, line_),
        name_(std::move(name)) {}

  int Run();
  // Inside a catch block: says what went wrong, where it will be read, and gives the exit status.
  int Fail() { return process_.Fail(); }

 private:
  void PrintHelp() const;
  std::vector<std::string> Sections() const;
  config::Settings LoadSettings(const std::function<void(const std::string&)>& warn) const;
  const Command& FindCommand() const;
  void CheckOptions(const Command& command);
  void LogWarnings(const Command& command) const;
  int RunCommand(const Command& command);
  Command::PidFile PidFileOf(const Command& command) const;
  bool IsDaemon(const Command& command) const;
  std::string PidFilePath(const Command& command) const;
  std::string PidFileToSignal() const;

  command_line::ParsedLine line_;
  process::Process process_;
  std::string name_;
  std::optional<config::Settings> settings_;
  std::vector<std::string> warnings_;  // found before there was a log
};

int Program::Run() {
  const std::vector<std::string>& arguments = line_.arguments();
  if (line_.Has("help")) {
    PrintHelp();
    return 0;
  }
  if (line_.Has("version")) {
    std::printf("%s, Skytools version %s\n", name_.c_str(), kVersion);
    return 0;
  }
  if (line_.Has("ini")) {
    std::fputs(config::SampleIni(DeclaredSettings(), name_, "Configuration of a Londiste node.",
                                 process_.overrides())
                   .c_str(),
               stdout);
    return 0;
  }
  if (arguments.empty())
    throw base::UsageError("need config file, use --help for help.",
                           "For example: " + name_ + " /etc/londiste/node1.ini status");
  settings_ = LoadSettings([this](const std::string& text) { warnings_.push_back(text); });
  if (process_.SignalWasAsked(*settings_, PidFileToSignal())) return 0;
  const Command& command = FindCommand();
  CheckOptions(command);
  return RunCommand(command);
}

void Program::PrintHelp() const {
  for (const std::string& argument : line_.arguments()) {
    if (const Command* command = commands::FindCommand(argument)) {
      std::fputs(CommandHelp(name_, *command).c_str(), stdout);
      return;
    }
  }
  std::fputs(ProgramHelp(name_).c_str(), stdout);
}

// A file may hold both, for both generations of the program: its own name wins.
std::vector<std::string> Program::Sections() const {
  if (name_ == "londiste3") return {"londiste3", "londiste"};
  return {"londiste", "londiste3"};
}

config::Settings Program::LoadSettings(const std::function<void(const std::string&)>& warn) const {
  const std::string& path = line_.arguments()[0];
  try {
    config::IniFile file = config::IniFile::Load(path, config::Dialect::kLondiste);
    return config::Settings::Load(DeclaredSettings(), file, Sections(), process_.overrides(),
                                  config::UnknownKeys::kWarn, warn);
  } catch (const base::ConfigError& error) {
    if (commands::FindCommand(path) == nullptr) throw;
    throw base::UsageError(
        error.what(), "The configuration file comes before the command: " + name_ + " INI " + path);
  }
}

const Command& Program::FindCommand() const {
  const std::vector<std::string>& arguments = line_.arguments();
  if (arguments.size() < 2)
    throw base::UsageError("need command, use --help for the list of commands",
                           "For example: " + name_ + " " + arguments[0] + " status");
  const Command* command = commands::FindCommand(arguments[1]);
  if (command == nullptr) {
    std::string near = config::DidYouMean(arguments[1], commands::CommandNames());
    throw base::UsageError("Unknown command '" + arguments[1] + "', use --help for help",
                           near.empty() ? "" : "Did you mean \"" + near + "\"?");
  }
  std::size_t given = arguments.size() - 2;
  if (given < command->min_arguments || given > command->max_arguments) {
    std::string expects = std::to_string(command->min_arguments);
    if (command->max_arguments == commands::kAnyNumber) {
      expects += " or more";
    } else if (command->max_arguments != command->min_arguments) {
      expects += " to " + std::to_string(command->max_arguments);
    }
    throw base::UsageError(
        "command '" + arguments[1] + "' got " + std::to_string(given) + " args, but expects " +
        expects + (command->arguments.empty() ? "" : ": " + std::string(command->arguments)));
  }
  return *command;
}

// SkyTools takes every option with every command. Scripts rely on that, but nobody should believe
// that such an option does something.
void Program::CheckOptions(const Command& command) {
  for (std::string_view option : line_.Given()) {
    bool belongs =
        std::find(command.options.begin(), command.options.end(), option) != command.options.end();
    if (option == "target" || (!belongs && !commands::IsGeneral(option))) {
      warnings_.push_back("option --" + std::string(option) + " has no effect on " +
                          std::string(command.name));
    }
  }
  if (line_.Has("daemon") && !IsDaemon(command))
    throw base::UsageError("option --daemon is for commands worker and compare --continuous only");
}

void Program::LogWarnings(const Command& command) const {
  // Commands that only look at things are run every minute by monitoring; they do not repeat what
  // the worker says.
  auto level =
      command.pid_file == Command::PidFile::kNone ? spdlog::level::debug : spdlog::level::warn;
  for (const std::string& text : warnings_) spdlog::log(level, "{}", text);
  for (const std::string& text : SettingsWithoutEffect(*settings_)) spdlog::log(level, "{}", text);
}

Command::PidFile Program::PidFileOf(const Command& command) const {
  const bool continuous = line_.Has("continuous") &&
                          std::ranges::find(command.options, "continuous") != command.options.end();
  return continuous ? Command::PidFile::kCompareDaemon : command.pid_file;
}

bool Program::IsDaemon(const Command& command) const {
  const auto pid_file = PidFileOf(command);
  return pid_file == Command::PidFile::kWorker || pid_file == Command::PidFile::kCompareDaemon;
}

// The worker's, unless another daemon is named by the command.
std::string Program::PidFileToSignal() const {
  const std::vector<std::string>& words = line_.arguments();
  const Command* command = words.size() < 2 ? nullptr : commands::FindCommand(words[1]);
  return command != nullptr && IsDaemon(*command) ? PidFilePath(*command)
                                                  : settings_->text("pidfile");
}

std::string Program::PidFilePath(const Command& command) const {
  const std::string& path = settings_->text("pidfile");
  if (path.empty()) return "";
  switch (PidFileOf(command)) {
    case Command::PidFile::kNone:
      return "";
    case Command::PidFile::kAdmin:
      return path + ".admin";
    case Command::PidFile::kRepair:
      return path + ".repair";
    case Command::PidFile::kCompareDaemon:
      return path + ".compare";
    case Command::PidFile::kWorker:
      break;
  }
  return path;
}

int Program::RunCommand(const Command& command) {
  process_.Start(*settings_, PidFilePath(command),
                 command.pid_file == Command::PidFile::kNone ? process::LogFile::kIfPossible
                                                             : process::LogFile::kNeeded);
  LogWarnings(command);

  process::WatchServers(*settings_);

  base::Interrupt interrupt;
  auto reload = [this] {
    return LoadSettings([](const std::string& text) { spdlog::warn("{}", text); });
  };
  const std::vector<std::string>& words = line_.arguments();
  node::CommandContext context{*settings_,        line_,     {words.begin() + 2, words.end()},
                               command.name,      interrupt, process_.signals(),
                               process_.report(), reload};
  std::optional<daemon_process::SignalWatch> watch;
  if (!IsDaemon(command)) watch.emplace(process_.signals(), interrupt);
  return command.run(context);
}

}  // namespace

int RunProgram(const std::string& program, const std::vector<std::string>& words) {
  // Sections, --version and messages follow the name it was called by.
  std::string name =
      program.substr(program.find_last_of('/') + 1) == "londiste3" ? "londiste3" : "londiste";
  try {
    Program run(name, words);
    try {
      return run.Run();
    } catch (...) {
      return run.Fail();
    }
  } catch (const base::UsageError& error) {
    std::fprintf(stderr, "%s\n%s: error: %s\n", UsageLine(name).c_str(), name.c_str(),
                 base::WithHint(error).c_str());
    return 2;
  }
}

}  // namespace londiste
