// What random tests have in common: numbers that a seed repeats, and what the environment asks for.
#pragma once

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace e2e {

inline int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}

class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  std::string OneOf(const std::vector<std::string>& names) {
    return names[static_cast<std::size_t>(Below(static_cast<int>(names.size())))];
  }

 private:
  std::mt19937 random_;
};

}  // namespace e2e
