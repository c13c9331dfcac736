// Pid files: one daemon per file, held by flock(2) for the life of the process, content compared
// before it is unlinked.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace daemon_process {

class PidFile {
 public:
  enum class Newline { kNone, kTrailing };  // londiste writes the bare pid, pgqd a line

  // Throws base::Error `pidfile "F" exists, another process running? (pid 123)` when a live process
  // holds it. A stale file is replaced; `took_over_stale` tells so.
  static PidFile Create(const std::string& path, Newline newline, bool* took_over_stale = nullptr);

  PidFile() = default;
  PidFile(PidFile&&) noexcept;
  PidFile& operator=(PidFile&&) noexcept;
  ~PidFile();  // removes the file if it still holds our pid

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int fd_ = -1;
};

// Pid in the file if that process lives (a zombie does not; whether it holds the lock or, for
// SkyTools' programs, only exists); nullopt otherwise. `present` tells whether the file was there.
std::optional<pid_t> LivePid(const std::string& path, bool* present = nullptr);

}  // namespace daemon_process
