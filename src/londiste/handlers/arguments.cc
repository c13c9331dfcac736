#include "londiste/handlers/arguments.h"

namespace londiste::handlers {
namespace {

// Sessions are in UTF-8 anyway.
bool IsUtf8(std::string_view value) { return value == "utf8" || value == "utf-8"; }

}  // namespace

std::string ValueOf(std::span<const HandlerArgument> arguments, std::string_view name,
                    std::string_view otherwise) {
  std::string value(otherwise);
  for (const HandlerArgument& argument : arguments)
    if (argument.name == name) value = argument.value;
  return value;
}

bool IsOn(std::span<const HandlerArgument> arguments, std::string_view name) {
  return ValueOf(arguments, name) == "1";
}

std::string RequiredValueOf(std::span<const HandlerArgument> arguments, std::string_view name,
                            std::string_view handler) {
  std::string value = ValueOf(arguments, name);
  if (value.empty())
    throw UnusableHandler(
        "handler \"" + std::string(handler) + "\" needs argument " + std::string(name),
        "Give it to add-table: --handler-arg=" + std::string(name) + "=..., see show-handlers " +
            std::string(handler) + ".");
  return value;
}

const HandlerKind::Argument kIgnoreTruncate = {
    "ignore_truncate",
    "1: TRUNCATE on the provider does not empty the table here, nor what it is merged into",
    IsSwitch};
const HandlerKind::Argument kKeepPartitions = {
    "keep_partitions",
    "1: with ddl replicate; rows stay here when their partition is truncated, detached or dropped "
    "on the root",
    IsSwitch};
const HandlerKind::Argument kEncoding = {
    "encoding", "utf8; has no effect, accepted for scripts that were written for SkyTools", IsUtf8};

}  // namespace londiste::handlers
