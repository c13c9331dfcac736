// How the worker's failures read in the log.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/repeated_messages.h"
#include "pg/error.h"

namespace cascade {

// SkyTools' wording, which log watchers look for.
std::string FailureText(const std::string& job, const pg::Failure& failure);
// `<text>; 3 times in 60 s; retrying in 20.0 s`
std::string FailureLine(const std::string& text, const base::Repeats& repeats,
                        base::Duration retry_in);
// `working again after 1 failure in 0.5 s`
std::string RecoveryLine(const base::Repeats& failures);

}  // namespace cascade
