#include "report/duration.h"

#include <array>
#include <utility>

namespace report {

std::string ShortDuration(std::chrono::seconds duration) {
  long long left = duration.count() < 0 ? 0 : duration.count();
  constexpr std::array<std::pair<long long, char>, 3> kUnits = {
      {{86400, 'd'}, {3600, 'h'}, {60, 'm'}}};
  std::string out;
  for (auto [seconds, letter] : kUnits) {
    if (left >= seconds) out += std::to_string(left / seconds) + letter;
    left %= seconds;
  }
  if (left > 0 || out.empty()) out += std::to_string(left) + "s";
  return out;
}

}  // namespace report
