#include "bench/whole/ours.h"

#include <algorithm>
#include <stdexcept>

namespace bench {
namespace {

constexpr const char* kQueue = "bench";
constexpr const char* kMaxCount = "500";  // ticker_max_count of a new queue

std::string NodeName(int node) { return "node" + std::to_string(node + 1); }

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void StopProcess(std::unique_ptr<test_support::Process>& process) {
  if (process && process->Stop() != 0)
    throw std::runtime_error("a daemon did not end well:\n" + process->Stderr());
  process.reset();
}

}  // namespace

std::string Ours::WriteIni(int node) const {
  const std::string base = site_.dir().path() + "/" + NodeName(node);
  return site_.dir().Write(NodeName(node) + ".ini",
                           "[londiste]\ndb = " + site_.OwnOfWorker(node) + "\nqueue_name = " +
                               kQueue + "\nlogfile = " + base + ".log\npidfile = " + base +
                               ".pid\nparallel_copies = 4\n" + Lines(settings_.worker));
}

void Ours::Londiste(int node, std::vector<std::string> words, int status) const {
  words.insert(words.begin(), {"londiste", "-q", inis_.at(static_cast<std::size_t>(node))});
  RunProgram(std::move(words), status);
}

void Ours::StartWorker(int node) {
  workers_[node] = std::make_unique<test_support::Process>(std::vector<std::string>{
      "londiste", "-q", inis_.at(static_cast<std::size_t>(node)), "worker"});
}

// Each server has its own pgqd, as it should: it also looks after the queue of a branch.
void Ours::StartTicker(int node) {
  const std::string name = "pgqd" + std::to_string(node + 1);
  const std::string ini = site_.dir().Write(
      name + ".ini", "[pgqd]\nsyslog = 0\nbase_connstr = host=" + site_.server(node).socket_dir() +
                         " user=postgres\nlogfile = " + site_.dir().path() + "/" + name +
                         ".log\npidfile = " + site_.dir().path() + "/" + name + ".pid\n" +
                         Lines(settings_.pgqd));
  tickers_[node] =
      std::make_unique<test_support::Process>(std::vector<std::string>{"pgqd", "-q", ini});
}

void Ours::Start() {
  for (int node = 0; node < site_.nodes(); ++node) inis_.push_back(WriteIni(node));
  Londiste(0, {"create-root", NodeName(0), site_.ProviderOfWorker(1)});
  StartTicker(0);
  StartWorker(0);
  for (int node = 1; node < site_.nodes(); ++node) {
    Londiste(node, {node == site_.last() ? "create-leaf" : "create-branch", NodeName(node),
                    site_.Far(node), "--provider=" + site_.ProviderOfWorker(node)});
    if (node != site_.last()) StartTicker(node);
    StartWorker(node);
  }
}

void Ours::Publish(const std::vector<std::string>& tables) {
  std::vector<std::string> words{"add-table"};
  words.insert(words.end(), tables.begin(), tables.end());
  Londiste(0, std::move(words));
}

void Ours::Subscribe(const std::vector<std::string>& tables, InitialCopy copy) {
  for (int node = 1; node < site_.nodes(); ++node) {
    std::vector<std::string> words{"add-table"};
    if (copy == InitialCopy::kNo) words.push_back("--expect-sync");
    words.insert(words.end(), tables.begin(), tables.end());
    Londiste(node, std::move(words));
  }
}

bool Ours::Synced(int tables) {
  for (int node = 1; node < site_.nodes(); ++node)
    if (site_.sql(node).Value(std::string("select count(*) from londiste.get_table_list('") +
                              kQueue + "') where local and merge_state = 'ok'") !=
        std::to_string(tables))
      return false;
  return true;
}

void Ours::StopApply() { StopProcess(workers_[site_.last()]); }
void Ours::StartApply() { StartWorker(site_.last()); }

void Ours::StartBacklog() {
  StopProcess(tickers_[0]);
  site_.provider().Exec(std::string("select pgq.set_queue_config('") + kQueue +
                        "', 'ticker_max_count', '1')");  // any event is enough for pgq.ticker()
}

void Ours::EndBatch() { site_.provider().Exec(std::string("select pgq.ticker('") + kQueue + "')"); }

void Ours::EndBacklog() {
  site_.provider().Exec(std::string("select pgq.set_queue_config('") + kQueue +
                        "', 'ticker_max_count', '" + kMaxCount + "')");
  StartTicker(0);
}

void Ours::Compare(const std::vector<std::string>& tables, int sessions, int differing) {
  std::vector<std::string> words{"compare", "--parallel=" + std::to_string(sessions)};
  words.insert(words.end(), tables.begin(), tables.end());
  Londiste(site_.last(), std::move(words), differing);
}

std::vector<pid_t> Ours::Daemons() const {
  std::vector<pid_t> pids;
  for (const auto* group : {&workers_, &tickers_})
    for (const auto& [node, process] : *group)
      if (process) pids.push_back(process->pid());
  return pids;
}

std::string Ours::Remarks() const {
  const std::string language = site_.provider().Value(
      "select lanname from pg_proc p join pg_language l on l.oid = prolang"
      " where proname = 'logutriga' and pronamespace = 'pgq'::regnamespace");
  return language == "c" ? "" : "capture in " + language;
}

}  // namespace bench
