// What to do after a failure: the one table by SQLSTATE that workers, copies and pgqd decide from.
#pragma once

#include <string_view>

#include "pg/error.h"

namespace pg {

enum class ErrorClass {
  kTransient,      // goes by itself: try again, a little later each time
  kNeedsSomebody,  // does not: say what to do, try seldom, and go on as soon as it is mended
  kNever,          // trying again cannot help: stop
};
std::string_view ToString(
    ErrorClass error_class);  // "transient", "needs the administrator", "final"

ErrorClass Classify(const Failure& failure);

}  // namespace pg
