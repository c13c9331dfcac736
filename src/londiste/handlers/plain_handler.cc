// The handler `londiste`: all changes as they are.
#include "londiste/handlers/plain_handler.h"

#include "londiste/handlers/arguments.h"

namespace londiste::handlers {

PlainHandler::PlainHandler(std::span<const HandlerArgument> arguments)
    : ignore_truncate_(IsOn(arguments, kIgnoreTruncate.name)) {}

EventUse PlainHandler::Use(TableEvent& event, BatchTarget& /*target*/) {
  return event.is_truncate && ignore_truncate_ ? EventUse::kIgnore : EventUse::kApply;
}

bool PlainHandler::PassesOn(const TableEvent& event, Onward where) const {
  return !event.is_truncate || !ignore_truncate_ || where == Onward::kOwnQueue;
}

// Made at the first use: the common arguments are of another file.
const HandlerKind& PlainHandlerKind() {
  static const HandlerKind kind = {
      .name = "londiste",
      .help = "Applies all changes as they are. The default.",
      .arguments = {kIgnoreTruncate, kKeepPartitions, kEncoding},
      .make = [](std::span<const HandlerArgument> arguments, const HandlerContext&)
          -> std::unique_ptr<Handler> { return std::make_unique<PlainHandler>(arguments); },
  };
  return kind;
}

}  // namespace londiste::handlers
