#include "bench/whole/system.h"

#include <chrono>
#include <stdexcept>

#include "bench/whole/builtin.h"
#include "bench/whole/ours.h"
#include "bench/whole/pipe.h"
#include "bench/whole/scan.h"

namespace bench {
namespace {

// docs/performance.md, "Low latency".
const SystemSettings kTuned{{"ticker_active_poll = 0.002", "ticker_idle_poll = 0.02",
                             "ticker_retick_period = 0.01", "ticker_max_share = 50"},
                            {}};

SystemSettings Joined(const SystemSettings& first, const SystemSettings& second) {
  SystemSettings all = first;
  all.pgqd.insert(all.pgqd.end(), second.pgqd.begin(), second.pgqd.end());
  all.worker.insert(all.worker.end(), second.worker.begin(), second.worker.end());
  return all;
}

}  // namespace

bool IsSystem(const std::string& name) {
  for (const char* known : {"ours", "ours-tuned", "builtin", "builtin-streaming", "pipe", "scan"})
    if (name == known) return true;
  return false;
}

std::unique_ptr<System> MakeSystem(const std::string& name, Site& site,
                                   const SystemSettings& settings) {
  if (name == "ours") return std::make_unique<Ours>(site, settings);
  if (name == "ours-tuned") return std::make_unique<Ours>(site, Joined(kTuned, settings));
  if (name == "builtin") return std::make_unique<Builtin>(site, "");
  if (name == "builtin-streaming")
    return std::make_unique<Builtin>(site, "streaming = on, binary = on");
  if (name == "scan") return std::make_unique<Scan>(site);
  return std::make_unique<Pipe>(site);
}

void System::Compare(const std::vector<std::string>&, int, int) {
  throw std::runtime_error("this system does not compare tables");
}

void RunProgram(std::vector<std::string> command, int status) {
  std::string text;
  for (const std::string& word : command)
    if (text.size() < 200) text += word + " ";
  test_support::Process process(std::move(command));
  if (process.Wait(std::chrono::hours(2)) != status)
    throw std::runtime_error(text + "failed:\n" + process.Stdout() + process.Stderr());
}

}  // namespace bench
