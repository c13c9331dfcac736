// -r, -s and -k: a signal for the daemon whose pid file the configuration names.
#pragma once

#include <string>

namespace daemon_process {

// Sends `signal` to the process in `pidfile` and logs what was found; a daemon that does not run is
// a warning and no error. Throws base::Error without a `pidfile`, or when it is not ours to signal.
void SignalProcess(const std::string& pidfile, int signal);

}  // namespace daemon_process
