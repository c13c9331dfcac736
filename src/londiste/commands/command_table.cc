#include "londiste/commands/command_table.h"

#include "londiste/commands/command.h"

namespace londiste::commands {

const std::vector<const Command*>& CommandTable() {
  static const std::vector<const Command*> table = {
      &kWorker,                                                    //
      &kCreateRoot,     &kCreateBranch, &kCreateLeaf, &kDropNode,  //
      &kChangeProvider, &kTakeover,     &kSwitchover, &kResurrect,    &kTagDead, &kTagAlive,
      &kRenameNode,                                                    //
      &kPause,          &kResume,       &kWaitRoot,   &kWaitProvider,  //
      &kStatus,         &kMembers,      &kNodeStatus, &kNodeInfo,      //
      &kAddTable,       &kRemoveTable,  &kAddSeq,     &kRemoveSeq,     //
      &kResync,         &kWaitSync,     &kTables,     &kSeqs,         &kMissing, &kFkeys,
      &kChangeHandler,  &kShowHandlers, &kCheck,      &kCompare,      &kRepair,  &kDdl,
      &kExecute,
  };
  return table;
}

const Command* FindCommand(std::string_view name) {
  for (const Command* command : CommandTable()) {
    if (command->name == name) return command;
  }
  return nullptr;
}

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  for (const Command* command : CommandTable()) names.emplace_back(command->name);
  return names;
}

}  // namespace londiste::commands
