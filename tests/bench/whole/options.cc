#include "bench/whole/options.h"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <iterator>

#include "bench/whole/workload.h"

namespace bench {
namespace {

struct Words {
  std::string systems = "builtin,ours", workloads = "copy,lag,catch-up,bulk";
  std::string rows = "0", rows_per_batch = "0", row_bytes = "100", tables = "1", columns = "5",
              keys = "ordered", rate = "20", sessions = "1", round_trip;
  double scale = 1;
  bool branch = false, far_subscriber = false;
};

enum {
  kFirst = 256,
  kRows,
  kRowsPerBatch,
  kRowBytes,
  kTables,
  kColumns,
  kKeys,
  kRate,
  kSessions,
  kRoundTrip,
  kFarSubscriber,
  kBranch,
  kRepeat,
  kScale,
  kSeconds,
  kJson,
  kPgqd,
  kWorker,
  kServer
};

constexpr option kOptions[] = {{"workload", 1, nullptr, 'w'},
                               {"system", 1, nullptr, 's'},
                               {"rows", 1, nullptr, kRows},
                               {"rows-per-batch", 1, nullptr, kRowsPerBatch},
                               {"row-bytes", 1, nullptr, kRowBytes},
                               {"tables", 1, nullptr, kTables},
                               {"columns", 1, nullptr, kColumns},
                               {"keys", 1, nullptr, kKeys},
                               {"rate", 1, nullptr, kRate},
                               {"sessions", 1, nullptr, kSessions},
                               {"round-trip", 1, nullptr, kRoundTrip},
                               {"far-subscriber", 0, nullptr, kFarSubscriber},
                               {"branch", 0, nullptr, kBranch},
                               {"repeat", 1, nullptr, kRepeat},
                               {"scale", 1, nullptr, kScale},
                               {"seconds", 1, nullptr, kSeconds},
                               {"json", 1, nullptr, kJson},
                               {"pgqd", 1, nullptr, kPgqd},
                               {"worker", 1, nullptr, kWorker},
                               {"server", 1, nullptr, kServer},
                               {"help", 0, nullptr, 'h'},
                               {}};

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t comma = std::min(list.find(',', start), list.size());
    words.push_back(list.substr(start, comma - start));
    start = comma + 1;
  }
  return words;
}

double Number(const std::string& word, const std::string& what, double minimum) {
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  if (word.empty() || *end != '\0' || !(value >= minimum) || !std::isfinite(value))
    throw UsageError("invalid " + what + ": \"" + word + "\"");
  return value;
}

const Workload& Find(const std::string& name) {
  if (const Workload* workload = FindWorkload(name)) return *workload;
  throw UsageError("no workload \"" + name + "\"");
}

// Makes a copy of each scenario for each word of the list.
void Vary(std::vector<Scenario>& scenarios, const std::string& list,
          const std::function<void(Scenario&, const std::string&)>& set) {
  std::vector<Scenario> all;
  for (const Scenario& scenario : scenarios)
    for (const std::string& word : Split(list)) {
      all.push_back(scenario);
      set(all.back(), word);
    }
  scenarios = std::move(all);
}

void VaryNumber(std::vector<Scenario>& scenarios, const std::string& list, const std::string& what,
                double minimum, const std::function<void(Scenario&, double)>& set) {
  Vary(scenarios, list, [&](Scenario& scenario, const std::string& word) {
    set(scenario, Number(word, what, minimum));
  });
}

std::vector<Scenario> Combine(const Words& words) {
  std::vector<Scenario> all(1);
  Vary(all, words.workloads,
       [](Scenario& s, const std::string& word) { s.workload = Find(word).name; });
  VaryNumber(all, words.rows, "number of rows", 0, [&](Scenario& s, double value) {
    if (value == 0) value = static_cast<double>(Find(s.workload).rows) * words.scale;
    s.rows = std::max<std::int64_t>(1, std::llround(value));
  });
  VaryNumber(all, words.rows_per_batch, "number of rows per batch", 0,
             [](Scenario& s, double value) {
               s.rows_per_batch = std::llround(value);
               s.rows = std::max(s.rows, s.rows_per_batch);
             });
  VaryNumber(all, words.row_bytes, "size of a row", 1,
             [](Scenario& s, double value) { s.row_bytes = std::llround(value); });
  VaryNumber(all, words.tables, "number of tables", 1,
             [](Scenario& s, double value) { s.tables = static_cast<int>(value); });
  VaryNumber(all, words.columns, "number of columns", 1,
             [](Scenario& s, double value) { s.columns = static_cast<int>(value); });
  Vary(all, words.keys, [](Scenario& s, const std::string& word) {
    if (word != "ordered" && word != "random") throw UsageError("keys are ordered or random");
    s.random_keys = word == "random";
  });
  VaryNumber(all, words.rate, "rate", 0.1, [](Scenario& s, double value) { s.rate = value; });
  VaryNumber(all, words.sessions, "number of sessions", 1,
             [](Scenario& s, double value) { s.sessions = static_cast<int>(value); });
  if (!words.round_trip.empty())
    VaryNumber(all, words.round_trip, "round trip", 0,
               [](Scenario& s, double value) { s.round_trip_ms = value; });
  for (Scenario& scenario : all) {
    scenario.branch = words.branch;
    scenario.far_subscriber = words.far_subscriber;
  }
  return all;
}

}  // namespace

Options ParseOptions(int argc, char** argv) {
  Options options;
  Words words;
  for (int found; (found = getopt_long(argc, argv, "w:s:h", kOptions, nullptr)) != -1;) {
    switch (found) {
      case 'w':
        words.workloads = optarg;
        break;
      case 's':
        words.systems = optarg;
        break;
      case kRows:
        words.rows = optarg;
        break;
      case kRowsPerBatch:
        words.rows_per_batch = optarg;
        break;
      case kRowBytes:
        words.row_bytes = optarg;
        break;
      case kTables:
        words.tables = optarg;
        break;
      case kColumns:
        words.columns = optarg;
        break;
      case kKeys:
        words.keys = optarg;
        break;
      case kRate:
        words.rate = optarg;
        break;
      case kSessions:
        words.sessions = optarg;
        break;
      case kRoundTrip:
        words.round_trip = optarg;
        break;
      case kFarSubscriber:
        words.far_subscriber = true;
        break;
      case kBranch:
        words.branch = true;
        break;
      case kRepeat:
        options.repeats = static_cast<int>(Number(optarg, "number of repeats", 1));
        break;
      case kScale:
        words.scale = Number(optarg, "scale", 0);
        break;
      case kSeconds:
        options.seconds = Number(optarg, "number of seconds", 0.1);
        break;
      case kJson:
        options.json_path = optarg;
        break;
      case kPgqd:
        options.settings.pgqd.emplace_back(optarg);
        break;
      case kWorker:
        options.settings.worker.emplace_back(optarg);
        break;
      case kServer:
        options.server_settings.emplace_back(optarg);
        break;
      case 'h':
        throw UsageError("");
      default:
        throw UsageError("see --help");
    }
  }
  if (optind < argc) throw UsageError(std::string("unexpected word \"") + argv[optind] + "\"");
  options.systems = Split(words.systems);
  for (const std::string& name : options.systems)
    if (!IsSystem(name)) throw UsageError("no system \"" + name + "\"");
  options.scenarios = Combine(words);
  return options;
}

std::string UsageText() {
  std::string text =
      "Usage: scripts/bench [options]\n\nMeasures replication between private servers, each system "
      "in the same run on the same work. A LIST has commas\n"
      "between its words; every combination is measured. Figures go to stdout as Markdown, "
      "progress to stderr.\n\nWorkloads:\n";
  for (const Workload& workload : kWorkloads)
    text += fmt::format("  {:<12} {}{}\n", workload.name, workload.summary,
                        workload.rows ? fmt::format(" (--rows {})", workload.rows) : "");
  return text +
         R"(
  -w, --workload LIST      which (copy,lag,catch-up,bulk)
  -s, --system LIST        of builtin, builtin-streaming, ours, ours-tuned, pipe, scan (builtin,ours). Ratios are to the first.
                           pipe is COPY | COPY and can only copy; scan reads the tables of both sides and can only compare
  --scale X                multiplies the workloads' own numbers of rows (1)
  --rows LIST              rows in all
  --rows-per-batch LIST    catch-up: rows of a transaction, and of a tick; 0: small transactions of three changes (0)
  --row-bytes LIST         size of a row's values (100)
  --columns LIST           (5)
  --tables LIST            (1)
  --keys LIST              of ordered, random (ordered)
  --rate LIST              lag, compare-load: rows a second (20)
  --sessions LIST          compare: that read, on each side (1)
  --seconds N              lag, compare-load: how long to measure (20)
  --branch                 a third node between provider and subscriber
  --round-trip LIST        milliseconds between a node and the one below it, by a proxy; without it they share a socket
  --far-subscriber         with --round-trip: our worker runs beside the provider, so that it is the subscriber that is far
  --repeat N               measure each combination N times and show medians (1)
  --json FILE              append one line for each measurement
  --pgqd LINE, --worker LINE, --server LINE
                           a line for pgqd.ini, the workers' INI files, postgresql.conf; may be repeated

PGBIN: the server programs; SKYTOOLS_BIN: pgqd and londiste. Exit status: 0 all measured and equal, 1 not, 2 usage.
)";
}

}  // namespace bench
