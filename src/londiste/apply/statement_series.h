// Statements that wait until Send, and are sent together, so that a distant server costs few round
// trips: one, and one for each COPY.
//
// Used by one thread at a time, inside a transaction of its connection.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "pg/copy.h"

namespace londiste::apply {

// A statement met another number of rows than it must.
class UnexpectedResult : public base::Error {
 public:
  UnexpectedResult(const std::string& what, std::int64_t expected, std::int64_t met)
      : Error(what + " " + std::to_string(met) + " of " + std::to_string(expected) + " rows") {}
};

class StatementSeries {
 public:
  explicit StatementSeries(pg::Connection& connection)
      : connection_(connection), round_trip_(connection.round_trip()) {}

  // One statement.
  void Add(const std::string& sql);
  // One that must meet so many rows; `what` begins the words of the UnexpectedResult otherwise.
  void Add(const std::string& sql, const std::string& what, std::int64_t rows) {
    Add(sql, what, rows, rows);
  }
  // The same, and `fewest` are enough.
  void Add(const std::string& sql, const std::string& what, std::int64_t rows, std::int64_t fewest);

  // A COPY from stdin of so many rows. `write` gives it their text, when its turn has come.
  void Copy(const std::string& sql, std::int64_t rows, std::function<void(pg::CopyIn&)> write);

  // All that waits. Throws UnexpectedResult, pg::SqlError; nothing waits afterwards.
  void Send();
  void Clear();
  // The quickest answer so far: a round trip, and not much more.
  base::Clock::duration round_trip() const { return round_trip_; }

 private:
  struct Expectation {
    std::size_t statement;
    std::string what;
    std::int64_t rows, fewest;
  };
  static void Expect(const Expectation& expected, std::int64_t met);

  pg::Connection& connection_;
  std::string text_;
  std::size_t statements_ = 0;
  std::vector<Expectation> expected_;
  std::map<std::size_t, std::function<void(pg::CopyIn&)>> copies_;  // by statement
  base::Clock::duration round_trip_;
};

}  // namespace londiste::apply
