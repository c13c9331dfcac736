#include "pgq_tool/program/consumer_program.h"

#include <spdlog/spdlog.h>

#include <cstdio>
#include <functional>
#include <optional>

#include "base/error.h"
#include "base/interrupt.h"
#include "config/ini_file.h"
#include "config/settings.h"
#include "daemon/signal_watch.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/option_table.h"
#include "pgq_tool/consumers/run_consumer.h"
#include "pgq_tool/program/help_text.h"
#include "process/process.h"

namespace pgq_tool {
namespace {

using consumers::PositionTask;

class ConsumerProgram {
 public:
  ConsumerProgram(const consumers::ConsumerKind& kind, const std::string& name,
                  const std::vector<std::string>& words)
      : kind_(kind),
        line_(command_line::Parse(consumers::OptionTable(), words)),
        process_(name, line_) {}

  int Run();
  int Fail() { return process_.Fail(); }

 private:
  config::Settings LoadSettings(const std::function<void(const std::string&)>& warn) const;
  std::optional<PositionTask> ReadTask() const;
  int RunTask(const config::Settings& settings, PositionTask task);

  const consumers::ConsumerKind& kind_;
  const command_line::ParsedLine line_;
  process::Process process_;
};

config::Settings ConsumerProgram::LoadSettings(
    const std::function<void(const std::string&)>& warn) const {
  const config::IniFile file =
      config::IniFile::Load(line_.arguments()[0], config::Dialect::kLondiste);
  return config::Settings::Load(consumers::SettingsOf(kind_), file, consumers::Sections(kind_),
                                process_.overrides(), config::UnknownKeys::kWarn, warn);
}

std::optional<PositionTask> ConsumerProgram::ReadTask() const {
  std::optional<PositionTask> task;
  for (const auto& [option, meant] : {std::pair{"register", PositionTask::kRegister},
                                      {"unregister", PositionTask::kUnregister},
                                      {"rewind", PositionTask::kRewind},
                                      {"reset", PositionTask::kReset}}) {
    if (!line_.Has(option)) continue;
    if (task)
      throw base::UsageError("--register, --unregister, --rewind and --reset exclude each other");
    if (line_.Has("daemon"))
      throw base::UsageError("--daemon and --" + std::string(option) + " exclude each other");
    task = meant;
  }
  return task;
}

int ConsumerProgram::RunTask(const config::Settings& settings, PositionTask task) {
  base::Interrupt interrupt;
  const daemon_process::SignalWatch watch(process_.signals(), interrupt);
  RunPositionTask(kind_, settings, task, interrupt);
  return 0;
}

int ConsumerProgram::Run() {
  if (line_.Has("help")) {
    std::fputs(ConsumerHelp(process_.name(), kind_).c_str(), stdout);
    return 0;
  }
  if (line_.Has("version")) {
    std::printf("%s, Skytools version %s\n", process_.name().c_str(), SKYTOOLS_VERSION);
    return 0;
  }
  if (line_.Has("ini")) {
    std::fputs(config::SampleIni(consumers::SettingsOf(kind_), kind_.program,
                                 "Configuration of " + process_.name() + ".", process_.overrides())
                   .c_str(),
               stdout);
    std::fputs(std::string(kind_.sample_sections).c_str(), stdout);
    return 0;
  }
  if (line_.arguments().size() != 1)
    throw base::UsageError("need config file, use --help for help.",
                           "For example: " + process_.name() + " -d orders.ini");
  const std::optional<PositionTask> task = ReadTask();
  std::vector<std::string> warnings;  // found before there is a log
  config::Settings settings =
      LoadSettings([&](const std::string& text) { warnings.push_back(text); });
  if (process_.SignalWasAsked(settings, settings.text("pidfile"))) return 0;
  // The pid file keeps a task from moving a consumer that runs.
  process_.Start(settings, settings.text("pidfile"), process::LogFile::kNeeded);
  for (const std::string& text : warnings) spdlog::warn("{}", text);
  for (const std::string& text : consumers::SettingsWithoutEffect(settings))
    spdlog::warn("{}", text);
  if (task) return RunTask(settings, *task);
  return consumers::RunConsumer(
      kind_, std::move(settings), line_.arguments()[0],
      [this] { return LoadSettings([](const std::string& text) { spdlog::warn("{}", text); }); },
      process_.signals(), process_.report());
}

}  // namespace

int RunConsumerProgram(const consumers::ConsumerKind& kind, const std::string& name,
                       const std::vector<std::string>& words) {
  ConsumerProgram program(kind, name, words);
  try {
    return program.Run();
  } catch (...) {
    return program.Fail();
  }
}

}  // namespace pgq_tool
