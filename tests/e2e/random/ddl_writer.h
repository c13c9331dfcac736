// Writes whatever fits the replicated tables as they are just then; what does not, fails, and that
// is all right.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "support/sql.h"

namespace e2e {

class DdlWriter {
 public:
  explicit DdlWriter(std::string connstr)
      : thread_([this, connstr = std::move(connstr)] { Run(connstr); }) {}
  ~DdlWriter() {
    stop_ = true;
    thread_.join();
  }
  // Returns when it writes no more.
  void Pause() {
    paused_ = true;
    const std::lock_guard wait(writing_);
  }
  void Continue() { paused_ = false; }
  int written() const { return written_; }

 private:
  void Run(const std::string& connstr) {
    test_support::Sql sql(connstr);
    sql.Exec("set lock_timeout = '50ms'");
    for (int turn = 0; !stop_; ++turn) {
      const std::unique_lock lock(writing_);
      if (paused_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        continue;
      }
      // Every third time in a transaction of several.
      if (turn % 3 == 0) sql.Exec("begin");
      for (int i = turn % 3 == 0 ? 4 : 1; i > 0; --i)
        if (sql.Error("select chance.write()").empty()) ++written_;
      if (turn % 3 == 0) sql.Exec("commit");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  std::atomic<bool> paused_{false}, stop_{false};
  std::atomic<int> written_{0};
  std::mutex writing_;
  std::thread thread_;
};

}  // namespace e2e
