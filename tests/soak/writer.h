// One writer of the soak: a thread with a session of its own that commits, rolls back and prepares
// transactions until it is told to stop, through any number of lost connections. Which events count
// is in soak_committed, not here.
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace soak {

// Any thread may read it.
struct WriterCounts {
  std::atomic<long> committed{0}, rolled_back{0}, prepared{0}, lost_connections{0},
      serialization_failures{0}, events{0};
};

class Writer {
 public:
  Writer(std::string connstr, int number, std::uint64_t seed);
  ~Writer();  // stops and joins
  void Stop() { stopping_ = true; }
  void Join();
  const WriterCounts& counts() const { return counts_; }
  // Errors that no writer should get.
  std::vector<std::string> Surprises();

 private:
  struct Failed {  // a statement did not succeed
    std::string sqlstate, message;
  };
  void Run();
  void RunSession(PGconn* conn);
  void FinishPrepared(PGconn* conn);
  void RunTransaction(PGconn* conn);
  void InsertEvents(PGconn* conn, int count);
  void InsertEvent(PGconn* conn);
  void EndPrepared(PGconn* conn, const std::string& name);
  static void Exec(PGconn* conn, const std::string& sql,
                   const std::vector<std::string>& values = {});
  void Hold(int milliseconds) const;
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool Chance(int per_mille) { return Below(1000) < per_mille; }

  const std::string connstr_;
  const int number_;
  std::mt19937_64 random_;
  long next_key_ = 0, next_prepared_ = 0;
  std::atomic<bool> stopping_{false};
  WriterCounts counts_;
  std::mutex mutex_;
  std::vector<std::string> surprises_;
  std::thread thread_;
};

}  // namespace soak
