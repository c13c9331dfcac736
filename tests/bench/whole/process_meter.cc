#include "bench/whole/process_meter.h"

#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace bench {
namespace {

struct Times {
  pid_t parent = -1;
  double own = 0, reaped = 0;  // seconds
};

// proc(5): the name, in parentheses, may hold anything; after it come state (3), ppid (4), ...,
// utime (14), stime, cutime, cstime.
Times Read(const std::filesystem::path& folder) {
  std::ifstream file(folder / "stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(line.substr(name_end + 1));
  Times times;
  std::string state, skipped;
  fields >> state >> times.parent;
  for (int field = 5; field < 14; ++field) fields >> skipped;
  double utime = 0, stime = 0, cutime = 0, cstime = 0;
  fields >> utime >> stime >> cutime >> cstime;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  times.own = (utime + stime) / ticks;
  times.reaped = (cutime + cstime) / ticks;
  return times;
}

}  // namespace

double CpuSeconds(pid_t process) {
  const Times own = Read("/proc/" + std::to_string(process));
  double seconds = own.own + own.reaped;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (!std::isdigit(static_cast<unsigned char>(entry.path().filename().string()[0]))) continue;
    const Times times = Read(entry.path());
    if (times.parent == process) seconds += times.own;
  }
  return seconds;
}

double CpuSeconds(const std::vector<pid_t>& processes) {
  double seconds = 0;
  for (const pid_t process : processes) seconds += CpuSeconds(process);
  return seconds;
}

double PeakMegabytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

}  // namespace bench
