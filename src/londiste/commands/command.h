// One command of `londiste`: what help says of it, what it accepts, and its body. Each lives in a
// file of its own that defines one `const Command`; command_table.cc lists them.
#pragma once

#include <string_view>
#include <vector>

#include "londiste/node/command_context.h"

namespace londiste::commands {

using node::CommandContext;

struct Command {
  enum class PidFile {
    kNone,           // reads only: any number at once
    kAdmin,          // <pidfile>.admin: one at a time
    kRepair,         // <pidfile>.repair: one compare or repair at a time
    kWorker,         // <pidfile>
    kCompareDaemon,  // <pidfile>.compare: with --continuous, in place of the command's own
  };

  std::string_view name;
  std::string_view arguments = {};  // as shown after the name, e.g. "TABLE..."
  std::string_view summary = {};    // one line
  std::string_view details = {};    // more for the command's own help; may be empty
  std::vector<std::string_view> options = {};
  std::size_t min_arguments = 0;
  std::size_t max_arguments = 0;
  PidFile pid_file = PidFile::kAdmin;
  int (*run)(CommandContext& context) = nullptr;  // returns the exit status
};

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

extern const Command kWorker;
extern const Command kCreateRoot, kCreateBranch, kCreateLeaf, kDropNode;
extern const Command kChangeProvider, kTakeover, kSwitchover, kResurrect, kTagDead, kTagAlive,
    kRenameNode;
extern const Command kPause, kResume, kWaitRoot, kWaitProvider;
extern const Command kStatus, kMembers, kNodeStatus, kNodeInfo;
extern const Command kAddTable, kRemoveTable, kAddSeq, kRemoveSeq, kResync, kWaitSync,
    kChangeHandler;
extern const Command kTables, kSeqs, kMissing, kFkeys, kShowHandlers;
extern const Command kCheck, kCompare, kRepair, kDdl, kExecute;

}  // namespace londiste::commands
