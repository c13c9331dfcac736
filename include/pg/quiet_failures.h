// Failures that are to be told as warnings while they are young: SkyTools' settings
// exception_quiet, exception_grace and exception_reset.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "pg/error.h"

namespace pg {

struct QuietFailureOptions {
  // Names as Python's psycopg2 has them (OperationalError, IntegrityError; what stands before a dot
  // does not count), SQLSTATEs, their first two characters, or ALL.
  std::vector<std::string> kinds;
  base::Duration grace{300'000};  // from the first of a row of failures
  base::Duration reset{900'000};  // so long without one, and the next is a first one again
};

// A name that can be met at all.
bool IsFailureKind(std::string_view kind);

// Belongs to one thread.
class QuietFailures {
 public:
  // One more failure. True: it is to be told as a warning.
  bool Add(const Failure& failure, const QuietFailureOptions& options,
           base::Clock::time_point now = base::Clock::now());

 private:
  base::Clock::time_point first_{}, last_{};
  bool any_ = false;
};

}  // namespace pg
