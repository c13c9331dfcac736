#include "e2e/compare/compare_fixture.h"

#include <chrono>
#include <filesystem>
#include <random>
#include <stdexcept>

namespace e2e {

using namespace std::chrono_literals;

RowWriters::RowWriters(std::string connstr, int sessions, int rows)
    : connstr_(std::move(connstr)), rows_(rows) {
  for (int i = 0; i < sessions; ++i) threads_.emplace_back([this, i] { Run(i); });
}

RowWriters::~RowWriters() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void RowWriters::Run(int session) {
  test_support::Sql sql(connstr_);
  std::mt19937 random(static_cast<unsigned>(session));
  const auto row = [&] { return std::to_string(1 + static_cast<int>(random()) % rows_); };
  sql.Exec("set deadlock_timeout = '10ms'; set lock_timeout = '200ms'");
  for (int n = 1; !stop_; ++n) {
    try {
      sql.Exec("begin; update t set v = v || 'x' where id = abs(" + row() +
               "); savepoint a; insert into t values (" +
               std::to_string(rows_ + 1 + session + 10 * n) +
               ", 'new'); delete from t where "
               "id = abs(" +
               row() + "); " + (n % 3 == 0 ? "rollback to a; " : "") +
               (session == 0 && n % 20 == 0 ? "select pg_sleep(0.05); " : "") +
               "insert into t values (abs(" + row() + "), 'again') on conflict do nothing; commit");
    } catch (const std::exception&) {
      sql.Exec("rollback");
    }
  }
}

void CompareStory::StartWithLeaf(int rows) {
  StartRoot();
  root_->sql().Exec("insert into t select i, 'row ' || i from generate_series(1, " +
                    std::to_string(rows) + ") i");
  leaf_ = AddLeaf();
}

CompareStory::HeldCommand::HeldCommand(const CompareStory& story, std::vector<std::string> words,
                                       const std::string& failpoint)
    : gate_(story.dir_.path() + "/gate") {
  words.insert(words.begin(), {"londiste", story.leaf_->ini()});
  process_ = std::make_unique<test_support::Process>(
      std::move(words),
      test_support::Process::Options{
          .environment = {{"SKYTOOLS_FAILPOINT", failpoint}, {"SKYTOOLS_FAILPOINT_HOLD", gate_}},
          .directory = story.dir_.path()});
  if (!test_support::WaitUntil(60s, [&] { return std::filesystem::exists(gate_); }))
    throw std::runtime_error("not reached: " + failpoint + "\n" + process_->Stderr());
}

test_support::RunResult CompareStory::HeldCommand::GoOn() {
  std::filesystem::remove(gate_);
  const auto status = process_->Wait(180s);
  return {status.value_or(-1), process_->Stdout(), process_->Stderr()};
}

test_support::RunResult CompareStory::RunCommand(std::string command,
                                                 std::vector<std::string> words,
                                                 std::map<std::string, std::string> environment) {
  words.insert(words.begin(), {"londiste", leaf_->ini(), std::move(command)});
  return test_support::Run(std::move(words),
                           {.environment = std::move(environment), .directory = dir_.path()});
}

test_support::RunResult CompareStory::Compare(std::vector<std::string> words,
                                              std::map<std::string, std::string> environment) {
  return RunCommand("compare", std::move(words), std::move(environment));
}

test_support::RunResult CompareStory::Repair(std::vector<std::string> words,
                                             std::map<std::string, std::string> environment) {
  return RunCommand("repair", std::move(words), std::move(environment));
}

void CompareStory::Spoil(const std::string& sql) {
  leaf_->sql().Exec("begin; set local session_replication_role = replica; " + sql + "; commit");
}

}  // namespace e2e
