#include "config/interval.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace config {
namespace {

// Words of datetime.c that end in no s; most take one.
constexpr auto kUnits = std::to_array<std::string_view>(
    {"microsecond", "usecond",   "usec", "us",  "millisecond", "msecond",   "msec",
     "ms",          "second",    "sec",  "s",   "minute",      "min",       "m",
     "hour",        "hr",        "h",    "day", "d",           "week",      "w",
     "month",       "mon",       "year", "yr",  "y",           "decade",    "dec",
     "century",     "centuries", "cent", "c",   "millennium",  "millennia", "mil"});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

bool IsUnit(std::string_view word) {
  const auto known = [](std::string_view name) {
    return std::ranges::find(kUnits, name) != kUnits.end();
  };
  return known(word) ||
         (word.size() > 2 && word.ends_with('s') && known(word.substr(0, word.size() - 1)));
}

class Reader {
 public:
  explicit Reader(std::string text) : text_(std::move(text)) {}

  bool Read() {
    SkipBlanks();
    if (Take('@')) SkipBlanks();
    if (At() == 'p') return ReadIso();
    bool any = false;
    for (SkipBlanks(); !AtEnd(); SkipBlanks()) {
      if (any && TakeWord("ago")) {
        SkipBlanks();
        return AtEnd();
      }
      if (!ReadPart()) return false;
      any = true;
    }
    return any;
  }

 private:
  // 5, -1.5 hours, 2d, 01:02:03.5, 1-2
  bool ReadPart() {
    if (At() == '+' || At() == '-') ++at_;
    if (!ReadNumber()) return false;
    if (Take(':')) {
      if (!ReadNumber()) return false;
      return !Take(':') || ReadNumber();
    }
    if (Take('-')) return ReadNumber();  // years-months
    const std::size_t after_number = at_;
    SkipBlanks();
    const std::string_view word = Word();
    if (word.empty() || word == "ago") {
      at_ = after_number;
      return true;
    }
    at_ += word.size();
    return IsUnit(word);
  }

  // P1Y2M3DT4H5M6.7S
  bool ReadIso() {
    ++at_;
    bool any = false;
    while (!AtEnd()) {
      if (Take('t')) continue;
      if (At() == '-' || At() == '+') ++at_;
      if (!ReadNumber()) return false;
      any = true;
      if (AtEnd() || std::string_view("ymwdhs").find(At()) == std::string_view::npos) return false;
      ++at_;
    }
    return any;
  }

  bool ReadNumber() {
    const std::size_t start = at_;
    while (IsDigit(At())) ++at_;
    std::size_t digits = at_ - start;
    if (Take('.')) {
      const std::size_t fraction = at_;
      while (IsDigit(At())) ++at_;
      digits += at_ - fraction;
    }
    return digits > 0;
  }

  std::string_view Word() const {
    std::size_t end = at_;
    while (end < text_.size() && IsLetter(text_[end])) ++end;
    return std::string_view(text_).substr(at_, end - at_);
  }
  bool TakeWord(std::string_view word) {
    if (Word() != word) return false;
    at_ += word.size();
    return true;
  }
  bool Take(char c) {
    if (At() != c) return false;
    ++at_;
    return true;
  }
  void SkipBlanks() {
    while (At() == ' ' || At() == '\t') ++at_;
  }
  char At() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool AtEnd() const { return at_ >= text_.size(); }

  const std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

bool IsInterval(const std::string& text) { return Reader(base::LowerCase(text)).Read(); }

}  // namespace config
