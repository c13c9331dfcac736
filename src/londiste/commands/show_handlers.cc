// show-handlers
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/handlers/handler_table.h"

namespace londiste::commands {
namespace {

void Show(const handlers::HandlerKind& kind) {
  std::printf("%s: %s\n", std::string(kind.name).c_str(), std::string(kind.help).c_str());
  for (const auto& argument : kind.arguments) {
    std::printf("  %s  %s\n", std::string(argument.name).c_str(),
                std::string(argument.help).c_str());
  }
}

int Run(CommandContext& context) {
  if (context.arguments.empty()) {
    for (const handlers::HandlerKind* kind : handlers::HandlerKinds()) Show(*kind);
  }
  for (const std::string& name : context.arguments) Show(handlers::HandlerKindOf(name));
  return 0;
}

}  // namespace

const Command kShowHandlers = {
    .name = "show-handlers",
    .arguments = "[HANDLER...]",
    .summary = "list the table handlers for add-table --handler, with their arguments",
    .max_arguments = kAnyNumber,
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
