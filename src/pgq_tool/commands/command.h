// One command of `pgq` that works on the queues of a database: what help says of it, what it
// accepts, and its body. Each lives in a file of its own that defines one `const Command`;
// command_table.cc lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "command_line/parsed_line.h"

namespace pgq_tool::commands {

// Lives as long as the program; used on the main thread.
struct CommandContext {
  const command_line::ParsedLine& options;
  std::vector<std::string> arguments;  // those after the command's name
  std::string_view command;
  base::Interrupt& interrupt;  // cancelled by SIGINT and SIGTERM
};

struct Command {
  std::string_view name;
  std::string_view arguments = {};  // as shown after the name, e.g. "QUEUE CONSUMER"
  std::string_view summary = {};    // one line
  std::string_view details = {};    // more for the command's own help; may be empty
  std::vector<std::string_view> options = {};
  std::size_t min_arguments = 0;
  std::size_t max_arguments = 0;
  int (*run)(CommandContext& context) = nullptr;  // returns the exit status
};

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

extern const Command kStatus, kConsumers, kEvents, kTicker;
extern const Command kCreate, kDrop, kSet, kTick;
extern const Command kRegister, kUnregister;

}  // namespace pgq_tool::commands
