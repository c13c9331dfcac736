#include "support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/eventually.h"
#include "support/tree.h"

namespace test_support {
namespace {
std::string TempFile(const std::string& kind) {
  std::string name = fmt::format("/tmp/skt.{}.XXXXXX", kind);
  const int fd = mkstemp(name.data());
  if (fd < 0) throw std::runtime_error("mkstemp failed");
  close(fd);
  return name;
}

}  // namespace

Process::Process(std::vector<std::string> command, Options options)
    : out_path_(TempFile("out")), err_path_(TempFile("err")) {
  if (command.at(0).find('/') == std::string::npos) command[0].insert(0, BinDir() + "/");
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);
  dup2(open("/dev/null", O_RDONLY), 0);
  dup2(open(out_path_.c_str(), O_WRONLY | O_APPEND), 1);
  dup2(open(err_path_.c_str(), O_WRONLY | O_APPEND), 2);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const auto& [key, value] : options.environment) setenv(key.c_str(), value.c_str(), 1);
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

Process::~Process() {
  Kill();
  unlink(out_path_.c_str());
  unlink(err_path_.c_str());
}

bool Process::Running() { return !Wait(std::chrono::milliseconds(0)); }

void Process::Signal(int signal) {
  if (!status_) kill(pid_, signal);
}

std::optional<int> Process::Wait(std::chrono::milliseconds limit) {
  if (status_) return status_;
  WaitUntil(limit, [&] {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  });
  return status_;
}

int Process::Stop() {
  Signal(SIGINT);
  if (const auto status = Wait(std::chrono::seconds(60))) return *status;
  Kill();
  return -1;
}

void Process::Kill() {
  if (status_) return;
  kill(pid_, SIGKILL);
  Wait(std::chrono::seconds(60));
}

std::string Process::Stdout() const { return ReadWholeFile(out_path_); }
std::string Process::Stderr() const { return ReadWholeFile(err_path_); }

RunResult Run(std::vector<std::string> command, Process::Options options) {
  const std::chrono::seconds limit = options.limit;
  Process process(std::move(command), std::move(options));
  const auto status = process.Wait(limit);
  if (!status) process.Kill();
  return {status.value_or(-1), process.Stdout(), process.Stderr()};
}

TempDir::TempDir() {
  char name[] = "/tmp/skt.XXXXXX";
  if (!mkdtemp(name)) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::Write(const std::string& name, const std::string& text) const {
  const std::string path = path_ + "/" + name;
  std::ofstream(path) << text;
  return path;
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace test_support
