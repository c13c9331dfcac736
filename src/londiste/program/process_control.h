// -r, -s and -k: a signal for the worker whose pid file the configuration names.
#pragma once

#include <string>

namespace londiste {

// Sends `signal` to the process in `pidfile` and logs what was found; a worker that does not run is
// a warning and no error. Throws base::Error without a `pidfile`, or when it is not ours to signal.
void SignalWorker(const std::string& pidfile, int signal);

}  // namespace londiste
