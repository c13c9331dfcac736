#include "support/eventually.h"

#include <thread>

namespace test_support {

bool WaitUntil(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return condition();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

testing::AssertionResult Eventually(std::chrono::milliseconds limit, const std::string& what,
                                    const std::function<bool()>& condition) {
  if (WaitUntil(limit, condition)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "did not happen within " << limit.count() << " ms: " << what;
}

testing::AssertionResult EventuallyEqual(std::chrono::milliseconds limit, const std::function<std::string()>& left,
                                         const std::function<std::string()>& right) {
  std::string a, b;
  if (WaitUntil(limit, [&] { return (a = left()) == (b = right()); })) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "still differ after " << limit.count() << " ms:\n" << a << "\nand\n" << b;
}

}  // namespace test_support
