#include "pgq_tool/commands/command_table.h"

namespace pgq_tool::commands {

const std::vector<const Command*>& CommandTable() {
  static const std::vector<const Command*> table = {
      &kStatus, &kConsumers, &kEvents, &kTicker,  //
      &kCreate, &kDrop,      &kSet,    &kTick,   &kRegister, &kUnregister,
  };
  return table;
}

const Command* FindCommand(std::string_view name) {
  for (const Command* command : CommandTable()) {
    if (command->name == name) return command;
  }
  return nullptr;
}

}  // namespace pgq_tool::commands
