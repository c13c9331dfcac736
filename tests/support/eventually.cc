#include "support/eventually.h"

#include <algorithm>
#include <thread>

namespace test_support {

bool WaitUntil(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
  using namespace std::chrono_literals;
  using Duration = std::chrono::steady_clock::duration;
  const auto begin = std::chrono::steady_clock::now();
  for (auto asked = begin; !condition(); asked = std::chrono::steady_clock::now()) {
    const auto now = std::chrono::steady_clock::now();
    if (now - begin > limit) return condition();
    // Asking costs time that the programs under test want: less often the longer it takes, and a
    // quarter of the time at most where the answer is a digest of a large table.
    const Duration patience = std::clamp<Duration>((now - begin) / 20, 5ms, 50ms);
    std::this_thread::sleep_for(std::max(patience, std::min<Duration>(3 * (now - asked), 1s)));
  }
  return true;
}

testing::AssertionResult Eventually(std::chrono::milliseconds limit, const std::string& what,
                                    const std::function<bool()>& condition) {
  if (WaitUntil(limit, condition)) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "did not happen within " << limit.count() << " ms: " << what;
}

testing::AssertionResult EventuallyEqual(std::chrono::milliseconds limit,
                                         const std::function<std::string()>& left,
                                         const std::function<std::string()>& right) {
  std::string a, b;
  if (WaitUntil(limit, [&] { return (a = left()) == (b = right()); }))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "still differ after " << limit.count() << " ms:\n"
                                     << a << "\nand\n"
                                     << b;
}

}  // namespace test_support
