// Statements that are sent together, so that a distant server costs few round trips: each waits
// until a COPY starts or Send is called.
//
// Used by one thread at a time, inside a transaction of its connection.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "pg/copy.h"
#include "pg/result.h"

namespace londiste::apply {

// A statement met another number of rows than it must.
class Surprise : public base::Error {
 public:
  Surprise(const std::string& what, std::int64_t expected, std::int64_t met)
      : Error(what + " " + std::to_string(met) + " of " + std::to_string(expected) + " rows") {}
};

class StatementSeries {
 public:
  explicit StatementSeries(pg::Connection& connection) : connection_(connection) {}

  // One statement.
  void Add(const std::string& sql);
  // One that must meet so many rows; `what` begins the words of the Surprise otherwise.
  void Add(const std::string& sql, const std::string& what, std::int64_t rows);

  // All that waits. Throws Surprise, pg::SqlError; nothing waits afterwards.
  void Send();
  // All that waits and `sql`, which is a COPY from stdin of so many rows; `each` is called with a
  // function that takes its text.
  template <class Each>
  void Copy(const std::string& sql, std::int64_t rows, Each each) {
    Add(sql);
    const std::vector<Expectation> expected = std::move(expected_);
    const auto start = base::Clock::now();
    const std::vector<pg::ResultPtr> answers = pg::ExecSeries(connection_, Take());
    pg::CopyIn copy(connection_, answers.back());
    fastest_ =
        std::min(fastest_.value_or(base::Clock::duration::max()), base::Clock::now() - start);
    Check(answers, expected);
    each([&](std::string_view text) { copy.Write(text); });
    // Fewer where a trigger or a rule of another session's making keeps rows away.
    Expect({answers.size(), "COPY stored", rows}, copy.Finish());
  }
  void Clear();
  // The quickest start of a COPY so far: a round trip, and not much more.
  std::optional<base::Clock::duration> round_trip() const { return fastest_; }

 private:
  struct Expectation {
    std::size_t statement;
    std::string what;
    std::int64_t rows;
  };
  std::string Take();
  static void Expect(const Expectation& expected, std::int64_t met);
  static void Check(const std::vector<pg::ResultPtr>& answers,
                    const std::vector<Expectation>& expected);

  pg::Connection& connection_;
  std::string text_;
  std::size_t statements_ = 0;
  std::vector<Expectation> expected_;
  std::optional<base::Clock::duration> fastest_;
};

}  // namespace londiste::apply
