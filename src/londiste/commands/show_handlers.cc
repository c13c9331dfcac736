// show-handlers
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/commands/handlers.h"

namespace londiste::commands {
namespace {

void Show(const Handler& handler) {
  std::printf("%s: %s\n", std::string(handler.name).c_str(), std::string(handler.help).c_str());
  for (const HandlerArgument& argument : handler.arguments) {
    std::printf("  %s  %s\n", std::string(argument.name).c_str(),
                std::string(argument.help).c_str());
  }
}

int Run(Context& context) {
  if (context.arguments.empty()) {
    for (const Handler& handler : Handlers()) Show(handler);
  }
  for (const std::string& name : context.arguments) Show(FindHandler(name));
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
