#include "pgq_tool/program/program.h"

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "base/interrupt.h"
#include "config/settings.h"
#include "daemon/signal_watch.h"
#include "daemon/signals.h"
#include "pg/error.h"
#include "pgq_tool/commands/command_table.h"
#include "pgq_tool/commands/option_table.h"
#include "pgq_tool/program/consumer_program.h"
#include "pgq_tool/program/help_text.h"

namespace pgq_tool {
namespace {

using commands::Command;

const Command& FindCommand(const std::string& name) {
  if (const Command* command = commands::FindCommand(name)) return *command;
  if (consumers::FindConsumerKind(name) != nullptr)
    throw base::UsageError("the options of " + name + " stand after its name");
  const std::string near = config::DidYouMean(name, CommandNames());
  throw base::UsageError("Unknown command '" + name + "', use --help for help",
                         near.empty() ? "" : "Did you mean \"" + near + "\"?");
}

void CheckArguments(const Command& command, std::size_t given) {
  if (given >= command.min_arguments && given <= command.max_arguments) return;
  std::string expects = std::to_string(command.min_arguments);
  if (command.max_arguments == commands::kAnyNumber) {
    expects += " or more";
  } else if (command.max_arguments != command.min_arguments) {
    expects += " to " + std::to_string(command.max_arguments);
  }
  throw base::UsageError("command '" + std::string(command.name) + "' got " +
                         std::to_string(given) + " args, but expects " + expects +
                         (command.arguments.empty() ? "" : ": " + std::string(command.arguments)));
}

void CheckOptions(const Command& command, const command_line::ParsedLine& line) {
  for (const std::string_view option : line.Given()) {
    if (commands::IsGeneral(option) ||
        std::ranges::find(command.options, option) != command.options.end())
      continue;
    throw base::UsageError("command '" + std::string(command.name) + "' has no option --" +
                           std::string(option));
  }
}

int RunQueueCommand(const std::vector<std::string>& words) {
  const command_line::ParsedLine line = command_line::Parse(commands::OptionTable(), words);
  const std::vector<std::string>& arguments = line.arguments();
  if (line.Has("version")) {
    std::printf("pgq, Skytools version %s\n", SKYTOOLS_VERSION);
    return 0;
  }
  if (line.Has("help")) {
    const Command* command = arguments.empty() ? nullptr : commands::FindCommand(arguments[0]);
    std::fputs((command == nullptr ? ProgramHelp() : CommandHelp(*command)).c_str(), stdout);
    return 0;
  }
  if (arguments.empty())
    throw base::UsageError("need command, use --help for the list of commands",
                           "For example: pgq status -d mydb");
  const Command& command = FindCommand(arguments[0]);
  CheckArguments(command, arguments.size() - 1);
  CheckOptions(command, line);
  daemon_process::Signals signals;
  base::Interrupt interrupt;
  const daemon_process::SignalWatch watch(signals, interrupt);
  commands::CommandContext context{
      line, {arguments.begin() + 1, arguments.end()}, command.name, interrupt};
  return command.run(context);
}

}  // namespace

int RunProgram(const std::string& program, const std::vector<std::string>& words) {
  const std::string name = program.substr(program.find_last_of('/') + 1);
  const consumers::ConsumerKind* kind = consumers::FindConsumerKind(name);
  try {
    if (kind != nullptr) return RunConsumerProgram(*kind, name, words);
    if (!words.empty()) kind = consumers::FindConsumerKind(words[0]);
    if (kind != nullptr)
      return RunConsumerProgram(*kind, "pgq " + std::string(kind->command),
                                {words.begin() + 1, words.end()});
    return RunQueueCommand(words);
  } catch (const base::UsageError& error) {
    std::fprintf(stderr, "%s\npgq: error: %s\n",
                 (kind == nullptr ? UsageLine() : ConsumerUsageLine(*kind)).c_str(),
                 base::WithHint(error).c_str());
    return 2;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure();
    std::fflush(stdout);
    std::fprintf(stderr, "pgq: error: %s\n", base::WithHint(failure.message, failure.hint).c_str());
    return 1;
  }
}

}  // namespace pgq_tool
