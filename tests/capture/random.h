// Choices that depend on a seed alone, the same on every platform (the distributions of the
// standard library are not).
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace capture_test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // A number from `low` to `high`, both included.
  int Between(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool Chance(int percent) { return Between(1, 100) <= percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(Between(0, static_cast<int>(from.size()) - 1))];
  }
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[engine_() % i]);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace capture_test
