// show-handlers
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/handlers/handler_list.h"

namespace londiste::commands {
namespace {

void Show(const handlers::Handler& handler) {
  std::printf("%s: %s\n", std::string(handler.name).c_str(), std::string(handler.help).c_str());
  for (const handlers::HandlerArgument& argument : handler.arguments) {
    std::printf("  %s  %s\n", std::string(argument.name).c_str(),
                std::string(argument.help).c_str());
  }
}

int Run(CommandContext& context) {
  if (context.arguments.empty()) {
    for (const handlers::Handler& handler : handlers::Handlers()) Show(handler);
  }
  for (const std::string& name : context.arguments) Show(handlers::FindHandler(name));
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
