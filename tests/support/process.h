// A program under test as a child process: arguments, environment, output files, signals by its own
// pid.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace test_support {

class Process {
 public:
  struct Options {
    std::map<std::string, std::string> environment{};  // added to ours
    std::string directory{};                           // working directory; empty: ours
    std::chrono::seconds limit{120};                   // how long Run lets it run
  };
  // command[0] without a slash is looked for in $SKYTOOLS_BIN, or else in the build's bin folder
  // (pgqd, londiste, londiste3).
  explicit Process(std::vector<std::string> command, Options options);
  explicit Process(std::vector<std::string> command) : Process(std::move(command), Options()) {}
  ~Process();  // SIGKILL if it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool Running();
  void Signal(int signal);
  // Exit status, 128+N for signal N; nullopt while it runs (after `limit`).
  std::optional<int> Wait(std::chrono::milliseconds limit);
  // SIGINT, then wait; kills and reports -1 after 60 s.
  int Stop();
  void Kill();  // SIGKILL and reap

  std::string Stdout() const;
  std::string Stderr() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
  std::string out_path_, err_path_;
};

struct RunResult {
  int status = -1;
  std::string out, err;
};
// Runs to the end, or the limit (then killed, status -1).
RunResult Run(std::vector<std::string> command, Process::Options options = {});

// A folder under /tmp with a short name, removed at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  std::string Write(const std::string& name, const std::string& text) const;  // the file's path

 private:
  std::string path_;
};

std::string ReadWholeFile(const std::string& path);

}  // namespace test_support
