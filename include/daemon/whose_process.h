// Whose a process is, for messages about one that may not be signalled.
#pragma once

#include <sys/types.h>

#include <string>

namespace daemon_process {

// `it belongs to user "postgres", and this is user "joe"`; "" when both are the same, or it cannot
// be told.
std::string WhoseProcess(pid_t pid);

}  // namespace daemon_process
