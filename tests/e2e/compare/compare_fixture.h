// A root and nodes below it whose tables are compared and repaired, under load.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "e2e/worker_fixture.h"

namespace e2e {

// Changes rows of table t on a server until it is destroyed: several sessions with transactions,
// savepoints, rollbacks, and a transaction that stays open for a while.
class RowWriters {
 public:
  RowWriters(std::string connstr, int sessions, int rows);
  ~RowWriters();
  RowWriters(const RowWriters&) = delete;

 private:
  void Run(int session);
  const std::string connstr_;
  const int rows_;
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

class CompareStory : public WorkerStory {
 protected:
  // A root with `rows` rows in t, and a leaf that has them.
  void StartWithLeaf(int rows);
  test_support::RunResult Compare(std::vector<std::string> words = {},
                                  std::map<std::string, std::string> environment = {});
  test_support::RunResult Repair(std::vector<std::string> words,
                                 std::map<std::string, std::string> environment = {});
  // On the node below, as somebody who should not.
  void Spoil(const std::string& sql);

  // compare or repair, started with a failpoint `…=hold@N` and standing there.
  class HeldCommand {
   public:
    HeldCommand(const CompareStory& story, std::vector<std::string> words,
                const std::string& failpoint);
    test_support::Process& process() { return *process_; }
    test_support::RunResult GoOn();  // to its end

   private:
    const std::string gate_;
    std::unique_ptr<test_support::Process> process_;
  };

  std::unique_ptr<test_support::Node> leaf_;

 private:
  test_support::RunResult RunCommand(std::string command, std::vector<std::string> words,
                                     std::map<std::string, std::string> environment);
};

}  // namespace e2e
