// Measures replication systems between private servers; scripts/bench builds and runs it.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>

#include "bench/whole/options.h"
#include "bench/whole/report.h"

namespace bench {
namespace {

std::string Describe(const Scenario& scenario, const std::string& system) {
  std::string text = scenario.workload + " " + system + ":";
  for (const auto& [name, value] : scenario.Parameters()) text += " " + name + "=" + value;
  return text;
}

Result Measure(const Options& options, const Scenario& scenario, const std::string& name) {
  Result result{scenario, name, {}, "", "", ""};
  try {
    Site site(scenario, options.server_settings);
    result.server_version = site.provider().Value("show server_version");
    const std::unique_ptr<System> system = MakeSystem(name, site, options.settings);
    result.metrics =
        FindWorkload(scenario.workload)->run({scenario, site, *system, options.seconds});
    result.remarks = system->Remarks();
  } catch (const std::exception& error) {
    result.failure = error.what();
  }
  return result;
}

void Tell(const Result& result) {
  std::string text;
  for (const Metric& metric : result.metrics)
    text += fmt::format(" {}={:.4g}", metric.name, metric.value);
  if (!result.remarks.empty()) text += " (" + result.remarks + ")";
  if (!result.failure.empty()) text = " FAILED: " + result.failure;
  std::fprintf(stderr, "%s\n", (text.empty() ? text : text.substr(1)).c_str());
}

int Main(const Options& options) {
  std::vector<Result> results;
  bool all_well = true;
  for (const Scenario& scenario : options.scenarios)
    for (int repeat = 0; repeat < options.repeats; ++repeat)
      for (const std::string& system : options.systems) {
        std::fprintf(stderr, "%s\n  ", Describe(scenario, system).c_str());
        results.push_back(Measure(options, scenario, system));
        const Result& result = results.back();
        Tell(result);
        all_well = all_well && result.failure.empty();
        if (!options.json_path.empty())
          std::ofstream(options.json_path, std::ios::app) << ToJson(result) << '\n';
      }
  std::printf("%s", ToMarkdown(results, options.systems).c_str());
  return all_well ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    return bench::Main(bench::ParseOptions(argc, argv));
  } catch (const bench::UsageError& error) {
    if (*error.what()) std::fprintf(stderr, "bench: error: %s\n", error.what());
    std::fprintf(*error.what() ? stderr : stdout, "%s", bench::UsageText().c_str());
    return *error.what() ? 2 : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: error: %s\n", error.what());
    return 1;
  }
}
