// pgqd's switches: single letters that may be combined and stand anywhere, as getopt takes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pgqd {

struct CommandLine {
  enum class Action { kRun, kHelp, kVersion, kSampleIni, kStop, kKill, kReload, kBadSwitch };
  Action action = Action::kRun;
  bool daemon = false;
  bool quiet = false;
  int verbose = 0;
  std::vector<std::string> files;
  std::string bad_switch;  // with kBadSwitch: "-x"
};

CommandLine ParseCommandLine(const std::vector<std::string>& words);
std::string UsageText();

}  // namespace pgqd
