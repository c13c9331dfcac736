#include "londiste/process_control.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <string.h>

#include <cerrno>
#include <optional>

#include "base/error.h"
#include "daemon/pid_file.h"

namespace londiste {

void SignalWorker(const std::string& pidfile, int signal) {
  if (pidfile.empty()) {
    spdlog::warn("No pidfile in config, nothing to do");
    return;
  }
  bool present = false;
  std::optional<pid_t> pid = daemon_process::LivePid(pidfile, &present);
  if (!present) {
    spdlog::warn("No pidfile \"{}\", process not running", pidfile);
  } else if (!pid) {
    spdlog::warn("pidfile \"{}\" exists, but process not running", pidfile);
  } else if (kill(*pid, signal) == 0) {
    spdlog::info("sent SIG{} to process {}", sigabbrev_np(signal), *pid);
  } else {
    throw base::Error("could not signal process " + std::to_string(*pid) + " of pidfile \"" +
                      pidfile + "\": " + strerror(errno));
  }
}

}  // namespace londiste
