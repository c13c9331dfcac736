#include "pgqd/command_line.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "command_line/help_layout.h"
#include "command_line/parsed_line.h"

namespace pgqd {
namespace {

using Action = CommandLine::Action;
using command_line::OptionSpec;

const std::map<std::string_view, Action>& Actions() {
  static const std::map<std::string_view, Action> actions = {
      {"help", Action::kHelp}, {"version", Action::kVersion}, {"ini", Action::kSampleIni},
      {"stop", Action::kStop}, {"kill", Action::kKill},       {"reload", Action::kReload},
  };
  return actions;
}

}  // namespace

const std::vector<OptionSpec>& OptionTable() {
  using enum OptionSpec::LongName;
  static const std::vector<OptionSpec> table = {
      {.name = "verbose", .letter = 'v', .help = "Increase verbosity", .long_name = kNone},
      {.name = "quiet", .letter = 'q', .help = "No output to console", .long_name = kNone},
      {.name = "daemon", .letter = 'd', .help = "Daemonize", .long_name = kNone},
      {.name = "help", .letter = 'h', .help = "Show help", .long_name = kInFull},
      {.name = "version", .letter = 'V', .help = "Show version", .long_name = kInFull},
      {.name = "ini", .help = "Show sample config file", .long_name = kInFull},
      {.name = "stop",
       .letter = 's',
       .help = "Stop - send SIGINT to running process",
       .long_name = kNone},
      {.name = "kill",
       .letter = 'k',
       .help = "Kill - send SIGTERM to running process",
       .long_name = kNone},
      {.name = "reload",
       .letter = 'r',
       .help = "Reload - send SIGHUP to running process",
       .long_name = kNone},
  };
  return table;
}

CommandLine ParseCommandLine(const std::vector<std::string>& words) {
  CommandLine line;
  const auto given = [&](const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  // These are looked for before everything else, wherever they stand.
  if (given("--ini")) line.action = Action::kSampleIni;
  if (given("--help") || given("-h")) line.action = Action::kHelp;
  if (given("--version")) line.action = Action::kVersion;
  if (line.action != Action::kRun) return line;

  try {
    const command_line::ParsedLine parsed = command_line::Parse(OptionTable(), words);
    line.daemon = parsed.Has("daemon");
    line.quiet = parsed.Has("quiet");
    line.verbose = parsed.Count("verbose");
    line.files = parsed.arguments();
    for (const std::string_view name : parsed.typed()) {  // the last one counts
      if (const auto action = Actions().find(name); action != Actions().end())
        line.action = action->second;
    }
  } catch (const command_line::BadOption& bad) {
    line.action = Action::kBadSwitch;
    line.bad_switch = bad.word();
  }
  return line;
}

std::string UsageText() {
  std::string text = "usage: pgqd [switches] config.file\nSwitches:\n";
  for (const OptionSpec& option : OptionTable()) {
    text += option.letter == 0
                ? command_line::Entry("--" + std::string(option.name), option.help, {1, 12})
                : command_line::Entry(std::string("-") + option.letter, option.help, {2, 12});
  }
  return text;
}

}  // namespace pgqd
