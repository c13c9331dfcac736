// What wait-root and wait-provider have in common.
#pragma once

#include "londiste/commands/command.h"

namespace londiste::commands {

enum class AwaitedNode { kProvider, kRoot };

// Returns when everything that was committed on the awaited node before the call has been applied
// here.
int AwaitPositionOf(Context& context, AwaitedNode awaited);

}  // namespace londiste::commands
