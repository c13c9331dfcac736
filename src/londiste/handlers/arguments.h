// Arguments that several handlers have, and reading them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

inline bool IsSwitch(std::string_view value) { return value == "0" || value == "1"; }
inline bool IsNotEmpty(std::string_view value) { return !value.empty(); }

// The argument's value, the last one where it was given twice; else `otherwise`.
std::string ValueOf(std::span<const HandlerArgument> arguments, std::string_view name,
                    std::string_view otherwise = "");
bool IsOn(std::span<const HandlerArgument> arguments, std::string_view name);
// Throws UnusableHandler `handler "x" needs argument y`.
std::string RequiredValueOf(std::span<const HandlerArgument> arguments, std::string_view name,
                            std::string_view handler);

// kKeepPartitions is read by londiste.replay_partitions.
extern const HandlerKind::Argument kIgnoreTruncate, kKeepPartitions, kEncoding;

}  // namespace londiste::handlers
