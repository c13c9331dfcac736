// What the statistics line counts; reset each time it is logged. Any thread.
#pragma once

#include <atomic>

namespace pgqd {

struct Counters {
  std::atomic<long> ticks{0};  // ticker calls that succeeded
  std::atomic<long> maint{0};  // maintenance rounds finished
  std::atomic<long> retry{0};  // retry events moved
};

}  // namespace pgqd
