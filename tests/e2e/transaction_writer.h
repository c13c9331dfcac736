// Writes transactions to whichever node of a cascade takes them, and remembers which were
// committed.
//
// One thread. A transaction inserts some rows that all name its number and how many they are, so
// that any part of it alone can be told from the whole.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/sql.h"

namespace e2e {

class TransactionWriter {
 public:
  // `connstrs`: of the nodes that may be root. Numbers begin with `first` and go up.
  TransactionWriter(std::vector<std::string> connstrs, int first);
  ~TransactionWriter();

  void Stop();  // and wait
  std::set<int> committed() const;
  // The longest time between two commits, in milliseconds, since the last call.
  int TakeLongestGap();

 private:
  void Run();
  bool Write(test_support::Sql& sql, int number);

  const std::vector<std::string> connstrs_;
  const int first_;
  std::atomic<bool> stop_{false};
  std::atomic<int> longest_gap_ms_{0};
  mutable std::mutex mutex_;  // committed_
  std::set<int> committed_;
  std::thread thread_;
};

}  // namespace e2e
