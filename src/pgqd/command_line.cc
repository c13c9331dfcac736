#include "pgqd/command_line.h"

#include <algorithm>

namespace pgqd {
namespace {

using Action = CommandLine::Action;

bool TakeLetter(char letter, CommandLine& line) {
  switch (letter) {
    case 'd':
      line.daemon = true;
      return true;
    case 'q':
      line.quiet = true;
      return true;
    case 'v':
      ++line.verbose;
      return true;
    case 'h':
      line.action = Action::kHelp;
      return true;
    case 'V':
      line.action = Action::kVersion;
      return true;
    case 's':
      line.action = Action::kStop;
      return true;
    case 'k':
      line.action = Action::kKill;
      return true;
    case 'r':
      line.action = Action::kReload;
      return true;
    default:
      return false;
  }
}

}  // namespace

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
  bool only_files = false;
  for (const std::string& word : words) {
    if (only_files || word.size() < 2 || word[0] != '-') {
      line.files.push_back(word);
    } else if (word == "--") {
      only_files = true;
    } else {
      for (const char letter : word.substr(1)) {
        if (TakeLetter(letter, line)) continue;
        line.action = Action::kBadSwitch;
        return line;
      }
    }
  }
  return line;
}

std::string UsageText() {
  return "usage: pgq-ticker [switches] config.file\n"
         "Switches:\n"
         "  -v        Increase verbosity\n"
         "  -q        No output to console\n"
         "  -d        Daemonize\n"
         "  -h        Show help\n"
         "  -V        Show version\n"
         " --ini      Show sample config file\n"
         "  -s        Stop - send SIGINT to running process\n"
         "  -k        Kill - send SIGTERM to running process\n"
         "  -r        Reload - send SIGHUP to running process\n";
}

}  // namespace pgqd
