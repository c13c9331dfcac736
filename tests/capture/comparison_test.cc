// The triggers in C publish what those in PL/pgSQL publish: random stories run in two databases
// that differ in nothing but that, and every statement has to give the same result or the same
// error, and the same events. In half of the stories captures in PL/pgSQL are prepared whenever
// triggers were made or a table was altered.
//
//   CAPTURE_SEED   first seed; by default always the same
//   CAPTURE_CASES  how many stories for each encoding
//
// A failure prints its seed: CAPTURE_SEED=<that> CAPTURE_CASES=1 runs it again, and
// CAPTURE_SCRIPT=1 prints the whole story.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include "capture/capture_database.h"
#include "capture/random_case.h"
#include "support/postgres_server.h"

namespace capture_test {
namespace {

std::uint64_t Setting(const char* name, std::uint64_t by_default) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : by_default;
}

std::string Shortened(const std::string& text) {
  constexpr std::size_t kLimit = 3000;
  return text.size() <= kLimit || std::getenv("CAPTURE_SCRIPT") ? text
                                                                : text.substr(0, kLimit) + " ...";
}

// The lines from the first that differs.
std::string Difference(const std::string& c, const std::string& plpgsql) {
  std::size_t at = 0;
  while (at < c.size() && at < plpgsql.size() && c[at] == plpgsql[at]) ++at;
  const std::size_t start = at < 200 ? 0 : at - 200;
  return "\n  in C:       " + Shortened(c.substr(start, 800)) +
         "\n  in PL/pgSQL: " + Shortened(plpgsql.substr(start, 800));
}

bool ChangesCaptures(const std::string& sql) {
  return sql.starts_with("create trigger") || sql.starts_with("create constraint trigger") ||
         sql.starts_with("alter table");
}

// The server counts the calls of sessions that have ended, a moment later.
int PreparedEvents(CaptureDatabase& database, int at_least) {
  database.Reconnect();
  int n = 0;
  for (int i = 0; i < 50 && (n = database.PreparedEvents()) < at_least; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return n;
}

class Comparison : public testing::TestWithParam<Charset> {
 protected:
  static void SetUpTestSuite() {
    server_ = new test_support::PostgresServer({
        "max_prepared_transactions = 10", "track_functions = all",
        "jit = off",  // enable_seqscan = off makes every plan look worth compiling
    });
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  // Returns whether the story went the same way in both.
  bool Compare(std::uint64_t seed, CaptureDatabase& c, CaptureDatabase& plpgsql) {
    const std::vector<Statement> story = RandomCase(seed, GetParam());
    int steps_in_failure = 0;
    const bool look_at_each_step = seed % 2 == 0;
    const bool prepare = seed % 4 < 2;
    for (const Statement& statement : story) {
      const std::string result = c.Run(statement);
      const std::string expected = plpgsql.Run(statement);
      ++outcomes_[expected.starts_with("ERROR") ? expected : "success"];
      const bool failed = c.in_failed_transaction();
      if (prepare && !plpgsql.in_failed_transaction() && ChangesCaptures(statement.sql))
        plpgsql.PrepareCaptures();
      const bool last = &statement == &story.back();
      // A story that is stuck in a failed transaction tells nothing more.
      if (failed && ++steps_in_failure > 2) {
        c.Run({"rollback", ""});
        plpgsql.Run({"rollback", ""});
      }
      if (!failed) steps_in_failure = 0;
      if (result == expected && !((look_at_each_step || last) && !failed)) continue;
      std::string difference;
      if (result != expected) {
        difference = Difference(result, expected);
      } else {
        const std::string events = c.Events();
        const std::string expected_events = plpgsql.Events();
        if (last) n_events_ += static_cast<int>(std::ranges::count(expected_events, '\n'));
        if (events == expected_events) continue;
        difference = "\nevents:" + Difference(events, expected_events);
      }
      ADD_FAILURE() << Name(GetParam()) << ", CAPTURE_SEED=" << seed << ", at statement:\n"
                    << Shortened(statement.sql) << difference;
      if (std::getenv("CAPTURE_SCRIPT"))
        for (const Statement& other : story)
          printf("%s;\n%s", other.sql.c_str(), other.copy_data.c_str());
      return false;
    }
    return true;
  }

  static test_support::PostgresServer* server_;
  std::map<std::string, int> outcomes_;
  int n_events_ = 0;
};

test_support::PostgresServer* Comparison::server_ = nullptr;

TEST_P(Comparison, EveryStatementAndEveryEventIsTheSame) {
  CaptureDatabase c(*server_, Form::kC, GetParam());
  CaptureDatabase plpgsql(*server_, Form::kPlpgsql, GetParam());
  const std::uint64_t first = Setting("CAPTURE_SEED", 1);
  const std::uint64_t n_cases = Setting("CAPTURE_CASES", 150);
  int failures = 0;
  for (std::uint64_t seed = first; seed < first + n_cases && failures < 10; ++seed) {
    if (!Compare(seed, c, plpgsql)) ++failures;
    c.Reset();
    plpgsql.Reset();
    // PL/pgSQL keeps a compiled function for each table that ever was; the session in C goes on and
    // on.
    if (seed % 50 == 0) plpgsql.Reconnect();
  }
  const int least_prepared = n_cases >= 100 ? static_cast<int>(n_cases) / 2 : 0;
  const int n_prepared = PreparedEvents(plpgsql, least_prepared);
  printf("%s: seeds %llu to %llu, %d events, %d through prepared captures\n", Name(GetParam()),
         static_cast<unsigned long long>(first),
         static_cast<unsigned long long>(first + n_cases - 1), n_events_, n_prepared);
  if (std::getenv("CAPTURE_SCRIPT"))
    for (const auto& [outcome, count] : outcomes_) printf("%6d %s\n", count, outcome.c_str());
  // Stories that all fail at once would prove nothing.
  if (n_cases >= 100) {
    EXPECT_GT(n_events_, static_cast<int>(n_cases) * 2);
    EXPECT_GE(n_prepared, least_prepared);
  }
}

INSTANTIATE_TEST_SUITE_P(Encodings, Comparison,
                         testing::Values(Charset::kUtf8, Charset::kLatin1, Charset::kBytes),
                         [](const testing::TestParamInfo<Charset>& parameter) {
                           return std::string(Name(parameter.param));
                         });

}  // namespace
}  // namespace capture_test
