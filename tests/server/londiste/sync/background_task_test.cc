#include "londiste/sync/background_task.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace londiste::sync {
namespace {

using namespace std::chrono_literals;

// Twenty times as long as it took, unless it is something else than what failed.
TEST(BackgroundTaskTest, WhatTookLongAndFailedIsTriedAgainTheLater) {
  base::Interrupt wake;
  BackgroundTask errand("do it", wake);
  std::atomic<int> runs = 0;
  const auto fail = [&](base::Interrupt&) {
    ++runs;
    std::this_thread::sleep_for(1500ms);
    throw std::runtime_error("no luck");
  };
  ASSERT_TRUE(errand.StartIfDue(fail));
  const auto end = std::chrono::steady_clock::now() + 20s;
  bool again = false, anew = false;
  while (!anew && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(50ms);
    again = errand.StartIfDue(fail) || again;
    anew = errand.StartIfDue([&](base::Interrupt&) { ++runs; }, true);
  }
  EXPECT_FALSE(again);
  EXPECT_TRUE(anew);
  while (runs < 2 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace londiste::sync
