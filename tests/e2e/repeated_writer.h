// Transactions again and again until it is stopped, for stories under load.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/sql.h"

namespace e2e {

class RepeatedWriter {
 public:
  // `statements`: each in a transaction of its own, in that order.
  RepeatedWriter(const std::string& connstr, std::vector<std::string> statements)
      : thread_([this, connstr, statements = std::move(statements)] {
          test_support::Sql session(connstr);
          while (!stop_)
            for (const std::string& statement : statements) {
              session.Exec(statement);
              // What is tested is what happens beside it; the processors are for the others, too.
              std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        }) {}
  ~RepeatedWriter() {
    stop_ = true;
    thread_.join();
  }
  RepeatedWriter(const RepeatedWriter&) = delete;
  RepeatedWriter& operator=(const RepeatedWriter&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace e2e
