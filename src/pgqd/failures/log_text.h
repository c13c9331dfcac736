// How databases and failures look in the log.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/repeated_messages.h"
#include "pg/error.h"

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
// `text` if it is to be logged now, with the number of those that were not; `kind` decides what is
// the same, the text may vary.
std::optional<std::string> TextToLog(base::RepeatedMessages& log, const std::string& kind,
                                     const std::string& text);
// FailureText and hint at ERROR, as often as `log` lets it.
void LogFailure(base::RepeatedMessages& log, const std::string& where, const pg::Failure& failure,
                base::Duration pause);

}  // namespace pgqd
