#include "cascade/tick_time.h"

#include <charconv>
#include <chrono>

namespace cascade {
namespace {

// Reads from the front of a text, piece by piece; after a failure nothing is read any more.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int Number() {
    int value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < 0) failed_ = true;
    if (failed_) return 0;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  bool Take(char wanted) {
    if (failed_ || rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Require(char wanted) {
    if (!Take(wanted)) failed_ = true;
  }
  // The digits after the point, as microseconds.
  int Microseconds() {
    int value = 0;
    for (int digit = 0; digit < 6; ++digit) {
      value *= 10;
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') continue;
      value += rest_.front() - '0';
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool whole() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::int64_t> TickMicroseconds(std::string_view time) {
  using namespace std::chrono;
  Reader reader(time);
  const int years = reader.Number();
  reader.Require('-');
  const int months = reader.Number();
  reader.Require('-');
  const int days = reader.Number();
  reader.Require(' ');
  std::int64_t of_day = reader.Number() * 3'600LL;
  reader.Require(':');
  of_day += reader.Number() * 60LL;
  reader.Require(':');
  of_day += reader.Number();
  const int fraction = reader.Take('.') ? reader.Microseconds() : 0;
  const bool west = reader.Take('-');
  if (!west) reader.Require('+');
  std::int64_t offset = reader.Number() * 3'600LL;
  if (reader.Take(':')) offset += reader.Number() * 60LL;
  if (reader.Take(':')) offset += reader.Number();
  if (!reader.whole()) return std::nullopt;
  const sys_days date =
      year(years) / month(static_cast<unsigned>(months)) / day(static_cast<unsigned>(days));
  const std::int64_t utc = of_day + (west ? offset : -offset);
  return duration_cast<microseconds>(date.time_since_epoch()).count() + utc * 1'000'000 + fraction;
}

bool SameTickTime(std::string_view one, std::string_view other) {
  const auto first = TickMicroseconds(one), second = TickMicroseconds(other);
  return first && second ? *first == *second : one == other;
}

}  // namespace cascade
