// A queue in a database of its own, and a target database, for tests of the client library.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "pgq/consumer.h"
#include "support/postgres_server.h"
#include "support/sql.h"

class ClientTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server();

  // Database with queue `q`, schema pgq_coop beside pgq.
  ClientTest();

  test_support::Sql& admin() { return *admin_; }
  // A second database with schema pgq_ext and table `applied(data text)`.
  test_support::Sql& target();
  pg::ConnectOptions Connect(const std::string& application_name = "client test") const;
  pg::ConnectOptions ConnectTarget() const;
  pgq::ConsumerOptions Options(const std::string& consumer = "c") const;

  void Register(const std::string& consumer = "c");
  void InsertEvents(int from, int to);  // ev_type t, ev_data = number
  void Tick();                          // a tick with what was inserted before it
  void InsertBatch(int from, int to) {
    InsertEvents(from, to);
    Tick();
  }
  // pgq.get_consumer_info's column
  std::string ConsumerState(const std::string& column, const std::string& consumer = "c");
  // Ends all sessions of that name as an administrator would, and waits until they are gone.
  void KillSessions(const std::string& application_name);
  // Moves due retry events back into the queue, and ticks.
  void MoveRetries();

  base::Interrupt interrupt_;

 private:
  std::string database_, target_database_;
  std::unique_ptr<test_support::Sql> admin_, target_;
};

// The data of each event, in order.
std::vector<std::string> DataOf(pgq::ActiveBatch& batch);
// {"from", …, "to"}
std::vector<std::string> Numbers(int from, int to);

// A consumer's Run on a thread of its own, stopped at the end of the scope.
template <class Consumer>
class Running {
 public:
  Running(Consumer& consumer, base::Interrupt& interrupt, pgq::BatchCallback handler)
      : interrupt_(interrupt), thread_([this, &consumer, handler = std::move(handler)] {
          try {
            consumer.Run(handler);
          } catch (const std::exception& e) {
            error_ = e.what();
          }
          ended_ = true;
        }) {}
  ~Running() { Stop(); }
  Running(const Running&) = delete;
  bool ended() const { return ended_; }
  // Stops the consumer and waits. What Run threw, "" if it returned.
  std::string Stop() {
    interrupt_.Stop();
    return Join();
  }
  // Waits until Run ends by itself.
  std::string Join() {
    if (thread_.joinable()) thread_.join();
    return error_;
  }

 private:
  base::Interrupt& interrupt_;
  std::string error_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};
