// The soak: writers, consumers, pgqd and a server that are killed at random for minutes; at the end
// each consumer must have each committed event exactly once. scripts/soak starts it and says how it
// is used.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "soak/chaos.h"
#include "soak/consumer.h"
#include "soak/verdict.h"
#include "support/sql.h"

namespace soak {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using test_support::PgqForm;
using test_support::Sql;

struct Options {
  double minutes = 30;
  std::uint64_t seed = std::random_device()();
#ifdef SKYTOOLS_HAS_MODULE
  PgqForm form = PgqForm::kC;
#else
  PgqForm form = PgqForm::kPlPgsql;
#endif
  std::string keep;  // a folder for logs and data when something is wrong
};

void Say(const std::string& words) {
  static const Clock::time_point start = Clock::now();
  std::cout << std::setw(5)
            << std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start).count()
            << " s  " << words << std::endl;
}

std::string State(Sql& sql) {
  return sql.Value(
      "select format('committed %s, plain %s, keeper %s, exact %s, to retry %s, ticks %s, table "
      "%s', (select count(*) from soak_committed), "
      "(select count(*) from soak_plain), (select count(*) from soak_keeper), (select count(*) "
      "from soak_exact), (select count(*) from "
      "pgq.retry_queue), (select max(tick_id) from pgq.tick), queue_cur_table) from pgq.queue");
}

void Sleep(Clock::time_point until) { std::this_thread::sleep_until(until); }

// Strikes every few seconds. Returns how many rotations were seen.
std::size_t Rage(Chaos& chaos, std::mt19937_64& random, Clock::time_point end) {
  std::set<std::string> switches;
  auto next_words = Clock::now() + 10s;
  auto next_strike = Clock::now() + 3s;
  while (Clock::now() < end) {
    Sleep(std::min(Clock::now() + 200ms, end));
    chaos.Revive();
    if (Clock::now() >= next_strike) {
      chaos.Strike();
      next_strike = Clock::now() + std::chrono::milliseconds(300 + random() % 6000);
    }
    if (Clock::now() < next_words) continue;
    next_words = Clock::now() + 10s;
    try {
      Sql sql(chaos.Connstr());
      switches.insert(sql.Value("select queue_switch_time from pgq.queue"));
      Say(State(sql));
    } catch (const std::runtime_error&) {
      Say("the server recovers");
    }
  }
  return switches.empty() ? 0 : switches.size() - 1;
}

// Until each consumer has finished a tick that is newer than an empty retry queue, several times:
// an event may be put off again and again. A consumer that gets nowhere for five minutes is a
// finding; false.
bool Drain(Chaos& chaos) {
  constexpr int kRounds = 6;
  constexpr auto kStuck = 5min;
  std::string progress;
  auto last_progress = Clock::now(), next_words = Clock::now();
  for (int round = 0; round < kRounds;) {
    Sql sql(chaos.Connstr());
    const std::string now = sql.Value("select clock_timestamp()");
    for (bool passed = false; !passed;) {
      std::this_thread::sleep_for(200ms);
      chaos.Revive();
      passed =
          sql.Value(
              "select bool_and(tick_time > '" + now +
              "' and tick_event_seq >= pgq.seq_getval(queue_event_seq)) from pgq.subscription join "
              "pgq.tick on tick_queue = sub_queue and tick_id = sub_last_tick join pgq.queue on "
              "queue_id = sub_queue") == "t";
      const std::string state = State(sql);
      const std::string here = sql.Value(
          "select string_agg(sub_last_tick::text, ' ' order by sub_consumer) from "
          "pgq.subscription");
      if (here != progress) {
        progress = here;
        last_progress = Clock::now();
      }
      if (Clock::now() - last_progress > kStuck) return false;
      if (Clock::now() >= next_words) {
        Say("draining: " + state);
        next_words = Clock::now() + 10s;
      }
    }
    round = sql.Value("select count(*) from pgq.retry_queue") == "0" ? round + 1 : 0;
  }
  return true;
}

int Soak(const Options& options) {
  Say("seed " + std::to_string(options.seed) + ", " +
      (options.form == PgqForm::kC ? "with" : "without") + " the server module");
  std::mt19937_64 random(options.seed);
  Chaos chaos(random(), options.form);
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double, std::ratio<60>>(options.minutes));
  bool good = true;
  const auto wrong = [&](const std::string& words) {
    good = false;
    Say("WRONG: " + words);
  };
  try {
    const std::size_t rotations = Rage(chaos, random, end);
    chaos.EndWriters();
    Say(chaos.Summary() + "; " + std::to_string(rotations) + " rotations seen");
    // Short runs may end before the first.
    if (rotations == 0 && options.minutes >= 3) wrong("the event tables were never rotated");
    if (!Drain(chaos)) wrong("a consumer does not get on");
  } catch (const std::runtime_error& error) {
    wrong(error.what());
    chaos.EndWriters();
  }
  for (const std::string& words : chaos.Surprises()) wrong(words);
  Sql sql(chaos.Connstr());
  Say(State(sql));
  if (sql.Value("select count(*) > 0 from soak_committed") != "t") wrong("nothing was committed");
  for (const Finding& finding : Judge(sql))
    wrong(finding.what + ": " + finding.count + "\n" + finding.examples);
  if (!good && !options.keep.empty()) {
    chaos.Keep(options.keep);
    Say("logs and data are in " + options.keep);
  }
  Say(good ? "each consumer has each committed event exactly once"
           : "FAILED, seed " + std::to_string(options.seed));
  return good ? 0 : 1;
}

int Main(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[0] == "--consumer")
    return RunConsumer(words[1], words[2], std::stoull(words[3]));
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool has_value = i + 1 < words.size();
    if (words[i] == "--seed" && has_value)
      options.seed = std::stoull(words[++i]);
    else if (words[i] == "--keep" && has_value)
      options.keep = words[++i];
    else if (words[i] == "--pl-only")
      options.form = PgqForm::kPlPgsql;
    else if (!words[i].empty() && words[i].find_first_not_of("0123456789.") == std::string::npos)
      options.minutes = std::stod(words[i]);
    else
      throw std::invalid_argument("unknown argument \"" + words[i] + "\"");
  }
  return Soak(options);
}

}  // namespace
}  // namespace soak

int main(int argc, char** argv) {
  try {
    return soak::Main({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "soak: " << error.what() << std::endl;
    return 2;
  }
}
