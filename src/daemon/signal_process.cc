#include "daemon/signal_process.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <string.h>

#include <cerrno>
#include <optional>

#include "base/error.h"
#include "daemon/pid_file.h"
#include "daemon/whose_process.h"

namespace daemon_process {

void SignalProcess(const std::string& pidfile, int signal) {
  if (pidfile.empty())
    throw base::Error("No pidfile in config, nothing to do",
                      "Set pidfile in the configuration file, and start the program again.");
  bool present = false;
  std::optional<pid_t> pid = LivePid(pidfile, &present);
  if (!present) {
    spdlog::warn("No pidfile \"{}\", process not running", pidfile);
  } else if (!pid) {
    spdlog::warn("pidfile \"{}\" exists, but process not running", pidfile);
  } else if (kill(*pid, signal) == 0) {
    spdlog::info("sent SIG{} to process {}", sigabbrev_np(signal), *pid);
  } else {
    const std::string reason = strerror(errno), whose = WhoseProcess(*pid);
    throw base::Error("could not signal process " + std::to_string(*pid) + " of pidfile \"" +
                          pidfile + "\": " + reason + (whose.empty() ? "" : " (" + whose + ")"),
                      whose.empty() ? "" : "Do it as that user, or as root.");
  }
}

}  // namespace daemon_process
