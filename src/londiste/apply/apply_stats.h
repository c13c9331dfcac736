// What became of the events of a batch.
#pragma once

#include <cstdint>

namespace londiste::apply {

struct ApplyStats {
  std::int64_t events = 0, ignored = 0, inserted = 0, updated = 0, deleted = 0, truncated = 0,
               missing = 0;
  std::int64_t in_sets = 0;      // events that were written as sets
  std::int64_t sets_undone = 0;  // sets that failed and were written as a stream
  friend bool operator==(const ApplyStats&, const ApplyStats&) = default;
};

}  // namespace londiste::apply
