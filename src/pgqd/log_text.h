// How databases and failures look in the log.
#pragma once

#include <string>

#include "base/clock.h"
#include "pg/error.h"
#include "pgqd/failure_log.h"

namespace pgqd {

// Control characters as '?': a name must not look like another line of the log, nor speak to the
// terminal that shows it.
std::string PrintableText(const std::string& text);
// "[name]", printable.
std::string DatabaseText(const std::string& database);
// "0.25 s", "60 s"
std::string SecondsText(base::Duration duration);
// `<where>: <message>; retrying in 2 s`; without the last part when `pause` is Duration::max().
std::string FailureText(const std::string& where, const pg::Failure& failure, base::Duration pause);
// `line` at ERROR, then what else is known of the failure.
void LogFailureLine(const std::string& line, const std::string& where, const pg::Failure& failure);
// FailureText and hint at ERROR, as often as `log` admits it.
void LogFailure(FailureLog& log, const std::string& where, const pg::Failure& failure,
                base::Duration pause);

}  // namespace pgqd
