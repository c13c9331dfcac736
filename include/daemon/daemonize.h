// Going into the background so that the starting command returns the real result of the start.
#pragma once

#include <string>

namespace daemon_process {

// Forks into the background (setsid, second fork, stdio to /dev/null; the working directory stays).
// REQUIRES: no threads, connections or log sinks yet. The parent does not return: it waits until
// the daemon calls Ready() (exit 0) or Failed() or dies (exit 1, message on stderr).
class StartReport {
 public:
  static StartReport Daemonize();
  static StartReport Foreground() { return StartReport(-1); }

  StartReport(StartReport&&) noexcept;
  StartReport& operator=(StartReport&&) = delete;
  ~StartReport();  // counts as Failed() when neither was called

  // Start succeeded: releases the waiting parent, and tells systemd (READY=1) when NOTIFY_SOCKET is
  // set.
  void Ready();
  void Failed(const std::string& message);

 private:
  explicit StartReport(int fd) : fd_(fd) {}
  int fd_;
};

// sd_notify(3) protocol over $NOTIFY_SOCKET; nothing when unset. `state` e.g. "READY=1",
// "RELOADING=1\nMONOTONIC_USEC=...", "STOPPING=1", "STATUS=...".
void NotifySystemd(const std::string& state);

}  // namespace daemon_process
