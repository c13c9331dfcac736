// show-handlers
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/handlers/handler_registry.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/output/json.h"

namespace londiste::commands {
namespace {

void Show(const handlers::HandlerKind& kind) {
  std::printf("%s: %s\n", std::string(kind.name).c_str(), std::string(kind.help).c_str());
  if (const std::string module = handlers::ModuleOf(kind); !module.empty())
    std::printf("  (from %s)\n", module.c_str());
  if (kind.variant_of)
    std::printf("  (arguments as %s)\n", std::string(kind.variant_of->name).c_str());
  for (const auto& argument : kind.arguments) {
    std::printf("  %s  %s\n", std::string(argument.name).c_str(),
                std::string(argument.help).c_str());
  }
}

output::Json KindJson(const handlers::HandlerKind* kind) {
  output::Json json = {{"name", kind->name},
                       {"help", kind->help},
                       {"module", output::TextOrNull(handlers::ModuleOf(*kind))},
                       {"arguments", output::Json::array()}};
  for (const auto& argument : kind->arguments)
    json["arguments"].push_back({{"name", argument.name}, {"help", argument.help}});
  return json;
}

int Run(CommandContext& context) {
  handlers::LoadHandlerModules(context.settings);
  std::vector<const handlers::HandlerKind*> kinds;
  for (const std::string& name : context.arguments) kinds.push_back(&handlers::HandlerKindOf(name));
  if (kinds.empty()) kinds.assign(handlers::HandlerKinds().begin(), handlers::HandlerKinds().end());
  if (context.options.Has("json")) {
    std::fputs(output::JsonText({{"handlers", output::ListOf(kinds, KindJson)}}).c_str(), stdout);
    return 0;
  }
  for (const handlers::HandlerKind* kind : kinds) Show(*kind);
  return 0;
}

}  // namespace

const Command kShowHandlers = {
    .name = "show-handlers",
    .arguments = "[HANDLER...]",
    .summary = "list the table handlers for add-table --handler, with their arguments",
    .options = {"json"},
    .max_arguments = kAnyNumber,
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
