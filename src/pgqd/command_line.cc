#include "pgqd/command_line.h"

#include <unistd.h>

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

// The switch that getopt has just refused: a long one as it was given.
std::string BadSwitch(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.starts_with("--")) return word;
    if (word.starts_with("-") && word.find(static_cast<char>(optopt)) != std::string::npos)
      return std::string("-") + static_cast<char>(optopt);
  }
  return "?";
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

  std::vector<std::string> copy = words;
  std::string program;  // argv[0], which getopt skips
  std::vector<char*> argv{program.data()};
  for (std::string& word : copy) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int argc = static_cast<int>(argv.size()) - 1;
  optind = 0;  // start anew, whatever was parsed before
  opterr = 0;
  for (int letter; (letter = getopt(argc, argv.data(), "-dqvhVskr")) != -1;) {
    if (letter == 1) {
      line.files.emplace_back(optarg);
    } else if (!TakeLetter(static_cast<char>(letter), line)) {
      line.action = Action::kBadSwitch;
      line.bad_switch = BadSwitch(words);
      return line;
    }
  }
  for (int at = optind; at < argc; ++at)
    line.files.emplace_back(argv[static_cast<std::size_t>(at)]);
  return line;
}

std::string UsageText() {
  return "usage: pgqd [switches] config.file\n"
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
