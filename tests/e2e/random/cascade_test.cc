// A cascade under writers, in which anything is killed and anybody changes places by chance. In the
// end all nodes are equal, and every committed transaction is there, unless it was on a root that
// was given up, which has then written it down.
//
// SKYTOOLS_RANDOM_SECONDS: how long (30), SKYTOOLS_RANDOM_SEED: which chance.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "e2e/takeover/takeover_fixture.h"
#include "e2e/transaction_writer.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::RunResult;
using test_support::TableDigest;

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}

class RandomCascade : public TakeoverStory {
 protected:
  void Start();
  void AddMergeLeaf();
  void Act();
  void Check();
  void Finish();

  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  std::string OneOf(const std::vector<std::string>& names) {
    return names[static_cast<std::size_t>(Below(static_cast<int>(names.size())))];
  }
  std::vector<std::string> OfType(const std::string& type);
  std::string Root() { return OfType("root").at(0); }
  // Runs a command, perhaps killed on its way, until it has ended one way or the other: done, or
  // refused with nothing left behind.
  void Command(Node& node, const std::vector<std::string>& words);
  bool Unfinished();
  void KillWorker();
  void KillTicker();
  void CrashServer();
  void Move();
  void SwitchOver();
  void TakeOverBranch();
  void FailOver();
  std::string Log() const { return log_; }

  test_support::PostgresServer third_;
  std::unique_ptr<test_support::Process> pgqd3_;
  std::unique_ptr<Node> combined_, below_;  // of queue q_all, which leaf3 is merged into
  bool merged_again_ = false;               // leaf3 was copied again: no event tells of that
  std::mt19937 random_;
  std::unique_ptr<TransactionWriter> writer_;
  std::string log_;
  std::set<int> given_up_;  // transactions that a dead root had alone
  std::map<std::string, int> counts_;
  int dumps_ = 0;
};

void RandomCascade::Start() {
  StartRoot();
  pgqd2_ = test_support::StartPgqd(dir_, subscriber_, "pgqd2");
  pgqd3_ = test_support::StartPgqd(dir_, third_, "pgqd3");
  others_["node2"] = AddNode("branch", "node2", *root_, subscriber_);
  others_["node3"] = AddNode("branch", "node3", *root_, third_);
  others_["leaf1"] = AddNode("leaf", "leaf1", *root_, third_);
  others_["leaf2"] = AddNode("leaf", "leaf2", *others_["node2"], subscriber_);
  AddMergeLeaf();
  writer_ = std::make_unique<TransactionWriter>(
      std::vector<std::string>{root_->connstr(), node("node2").connstr(), node("node3").connstr()},
      1);
}

// leaf3 is merged into a queue of its own, which another database follows.
void RandomCascade::AddMergeLeaf() {
  const char* const table = "create table t (id int primary key, v text)";
  for (const char* database : {"db_leaf3", "db_below"}) {
    third_.CreateNodeDatabase(database);
    test_support::Sql(third_.Connstr(database)).Exec(table);
  }
  combined_ = std::make_unique<Node>(dir_, third_, "db_leaf3", "combined", "q_all");
  combined_->CreateRoot();
  combined_->StartWorker();
  others_["leaf3"] = std::make_unique<Node>(dir_, third_, "db_leaf3", "leaf3");
  node("leaf3").MustLondiste({"create-leaf", "leaf3", node("leaf3").connstr(), "--merge=q_all",
                              "--provider=" + node("node3").connstr()});
  node("leaf3").StartWorker();
  node("leaf3").MustLondiste({"add-table", "t", "--merge-all", "--wait-sync"});
  below_ = std::make_unique<Node>(dir_, third_, "db_below", "below", "q_all");
  below_->CreateLeaf(*combined_);
  below_->StartWorker();
  below_->MustLondiste({"add-table", "t", "--wait-sync"});
}

std::vector<std::string> RandomCascade::OfType(const std::string& type) {
  std::vector<std::string> names;
  for (const char* name : {"node1", "node2", "node3", "leaf1", "leaf2", "leaf3"})
    if (Type(name) == type) names.push_back(name);
  return names;
}

bool RandomCascade::Unfinished() {
  for (const char* name : {"node1", "node2", "node3", "leaf1", "leaf2", "leaf3"})
    if (node(name).sql().Value("select count(*) from pgq.condition where kind = "
                               "'procedure_unfinished'") != "0")
      return true;
  return false;
}

void RandomCascade::Command(Node& at, const std::vector<std::string>& words) {
  std::vector<std::string> command = {"londiste", at.ini()};
  command.insert(command.end(), words.begin(), words.end());
  std::string said;
  for (const std::string& word : words) said += word + " ";
  log_ += "on " + at.name() + ": " + said + "\n";
  for (int attempt = 0; attempt < 12; ++attempt) {
    std::map<std::string, std::string> environment;
    if (attempt == 0 && Below(3) == 0)
      environment["SKYTOOLS_FAILPOINT"] =
          (Below(2) ? "procedure_after_step=kill@" : "procedure_before_step=kill@") +
          std::to_string(1 + Below(14));
    const RunResult result =
        test_support::Run(command, {.environment = environment, .directory = dir_.path()});
    log_ += "  status " + std::to_string(result.status) + "\n";
    if (result.err.find("set-back on leaf3") != std::string::npos) merged_again_ = true;
    if (result.status == 0) {
      ++counts_[words[0]];
      return;
    }
    if (result.status == 1 && !Unfinished()) {
      log_ += result.err;
      ++counts_[words[0] + " refused"];
      return;
    }
    log_ += result.err;
  }
  ADD_FAILURE() << said << "did not come to an end\n" << log_;
}

void RandomCascade::KillWorker() {
  const std::string name = OneOf({"node1", "node2", "node3", "leaf1", "leaf2", "leaf3"});
  log_ += "kill worker of " + name + "\n";
  node(name).worker().Kill();
  node(name).StartWorker();
}

void RandomCascade::KillTicker() {
  log_ += "kill pgqd\n";
  pgqd2_->Kill();
  pgqd2_ = test_support::StartPgqd(dir_, subscriber_, "pgqd2");
}

void RandomCascade::CrashServer() {
  test_support::PostgresServer& server = Below(2) ? subscriber_ : third_;
  log_ += "crash a server\n";
  server.CrashRestart();
  for (const char* name : {"node1", "node2", "node3", "leaf1", "leaf2", "leaf3"})
    if (&node(name).server() == &server) node(name).DropSession();
  combined_->DropSession();
  below_->DropSession();
}

void RandomCascade::Move() {
  const std::string name = OneOf(Below(2) ? OfType("leaf") : OfType("branch"));
  Command(node(name), {"change-provider", "--provider=" + OneOf({"node1", "node2", "node3"})});
}

void RandomCascade::SwitchOver() {
  const std::string next = OneOf(OfType("branch"));
  std::vector<std::string> words = {"switchover", next, "--verify=full"};
  if (Below(2)) words.push_back("--all");
  Command(node(OneOf({"node1", "leaf1", next})), words);
}

void RandomCascade::TakeOverBranch() {
  const std::vector<std::string> branches = OfType("branch");
  std::vector<std::string> words = {"takeover", branches.at(0)};
  if (Below(2)) words.push_back("--all");
  Command(node(branches.at(1)), words);
}

// The root's server dies, another node takes over, and the old root comes back as a branch.
void RandomCascade::FailOver() {
  const std::string old_root = Root();
  if (old_root != "node1") return SwitchOver();  // the others share their servers with leafs
  const std::string next = OneOf(OfType("branch"));
  log_ += "node1's server dies\n";
  root_->worker().Kill();
  pgqd_->Kill();
  provider_.Kill();
  Command(node(next), {"takeover", old_root, "--dead-root", "--dead=" + old_root, "--force"});
  provider_.CrashRestart();
  pgqd_ = test_support::StartPgqd(dir_, provider_);
  root_->DropSession();
  root_->StartWorker();
  if (Type(next) != "root") return;  // refused
  Command(*root_, {"resurrect"});
  const std::string file = dir_.path() + "/resurrect-lost-events.json";
  const std::string lost = test_support::ReadWholeFile(file);
  std::filesystem::rename(file, file + "." + std::to_string(++dumps_));
  for (std::size_t at = lost.find("&v="); at != std::string::npos; at = lost.find("&v=", at + 1))
    given_up_.insert(std::atoi(lost.c_str() + at + 3));
}

void RandomCascade::Act() {
  switch (Below(10)) {
    case 0:
    case 1:
      return KillWorker();
    case 2:
      return KillTicker();
    case 3:
      return CrashServer();
    case 4:
    case 5:
      return Move();
    case 6:
      return TakeOverBranch();
    case 7:
      return FailOver();
    default:
      return SwitchOver();
  }
}

// No transaction is ever seen in part.
void RandomCascade::Check() {
  for (const char* name : {"node1", "node2", "node3", "leaf1", "leaf2", "leaf3"}) {
    const std::string parts = node(name).sql().Text(
        "select split_part(v, '/', 1), count(*), min(v), max(v) from t where exists (select 1 from "
        "londiste.table_info where merge_state = 'ok') group by 1 having count(*) <> "
        "min(split_part(split_part(v, '/', 2), ' ', 1)::int) or min(v) <> max(v)");
    EXPECT_EQ(parts, "") << name << "\n" << log_;
  }
}

void RandomCascade::Finish() {
  writer_->Stop();
  const std::string root = Root();
  std::string wanted;
  for (const char* name : {"node1", "node2", "node3", "leaf1", "leaf2", "leaf3"})
    EXPECT_TRUE(EventuallyEqual(
        90s, [&] { return wanted = TableDigest(node(root).sql(), "t"); },
        [&] { return TableDigest(node(name).sql(), "t"); }))
        << name << "\n"
        << log_ << node(name).Log();
  if (merged_again_) below_->MustLondiste({"resync", "t", "--wait-sync"});
  EXPECT_TRUE(EventuallyEqual(
      90s, [&] { return wanted; }, [&] { return TableDigest(below_->sql(), "t"); }))
      << log_ << below_->Log() << node("leaf3").Log();
  std::set<int> there;
  for (const auto& row : node(root).sql().Exec("select distinct id / 10 from t"))
    there.insert(std::atoi(row[0]->c_str()));
  std::vector<int> missing;
  for (const int number : writer_->committed())
    if (!there.contains(number) && !given_up_.contains(number)) missing.push_back(number);
  EXPECT_TRUE(missing.empty()) << missing.size() << " transactions are lost, the first is "
                               << (missing.empty() ? 0 : missing[0]) << "\n"
                               << log_;
  ExpectAtRest();
}

TEST_F(RandomCascade, NothingIsLostWhateverHappens) {
  const unsigned seed =
      static_cast<unsigned>(FromEnvironment("SKYTOOLS_RANDOM_SEED", std::random_device()() >> 1));
  random_.seed(seed);
  SCOPED_TRACE("SKYTOOLS_RANDOM_SEED=" + std::to_string(seed));
  Start();
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(FromEnvironment("SKYTOOLS_RANDOM_SECONDS", 30));
  while (std::chrono::steady_clock::now() < end && !HasFailure()) {
    Act();
    Check();
  }
  Finish();
  std::string counted;
  for (const auto& [what, count] : counts_) counted += what + " " + std::to_string(count) + ", ";
  std::printf("seed %u: %s%zu transactions, %zu of them given up with a root\n", seed,
              counted.c_str(), writer_->committed().size(), given_up_.size());
}

}  // namespace
}  // namespace e2e
