// How databases and failures look in the log.
#pragma once

#include <string>

#include "base/clock.h"
#include "pg/error.h"
#include "pgqd/failure_log.h"

namespace pgqd {

// "[name]", control characters as '?'.
std::string DatabaseText(const std::string& database);
// "0.25 s", "60 s"
std::string SecondsText(base::Duration duration);
// ERROR `<where>: <message>; retrying in 2 s` and its hint, as often as `log` admits it.
void LogFailure(FailureLog& log, const std::string& where, const pg::Failure& failure,
                base::Duration pause);

}  // namespace pgqd
