// pgqd's switches: single letters that may be combined and stand anywhere.
#pragma once

#include <string>
#include <vector>

#include "command_line/option_spec.h"

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

const std::vector<command_line::OptionSpec>& OptionTable();
CommandLine ParseCommandLine(const std::vector<std::string>& words);
std::string UsageText();

}  // namespace pgqd
