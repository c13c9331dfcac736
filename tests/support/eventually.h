// Waiting for a condition: tests never sleep for a result and never judge by time.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

namespace test_support {

// True as soon as `condition` is; false after `limit`. Checks every 5 ms.
bool WaitUntil(std::chrono::milliseconds limit, const std::function<bool()>& condition);

// EXPECT_TRUE(Eventually(30s, "rows are equal", [&] { ... }));
testing::AssertionResult Eventually(std::chrono::milliseconds limit, const std::string& what,
                                    const std::function<bool()>& condition);

// EXPECT_TRUE(EventuallyEqual(30s, [&] { return digest(provider); }, [&] { return
// digest(subscriber); }));
testing::AssertionResult EventuallyEqual(std::chrono::milliseconds limit,
                                         const std::function<std::string()>& left,
                                         const std::function<std::string()>& right);

}  // namespace test_support
