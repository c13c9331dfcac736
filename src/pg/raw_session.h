// A PGconn before it becomes a Connection: opening it at one place, and asking it, each with a
// deadline.
#pragma once

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "pg/result.h"

namespace pg {

struct SessionDeleter {
  void operator()(PGconn* session) const noexcept { PQfinish(session); }
};
using SessionPtr = std::unique_ptr<PGconn, SessionDeleter>;

using Parameters = std::map<std::string, std::string>;  // libpq keyword -> value

// what(): libpq's words, many lines, with the SQLSTATE where the server spoke.
class RawFailure : public base::Error {
 public:
  using Error::Error;
};

// Opens a session; libpq may try several addresses within the deadline. Throws RawFailure,
// base::Interrupted.
SessionPtr OpenRaw(const Parameters& parameters, base::Deadline deadline,
                   const base::Interrupt& interrupt);

// Runs statements; the last one's result. Throws RawFailure, base::Interrupted.
ResultPtr AskRaw(PGconn* session, const std::string& sql, base::Deadline deadline,
                 const base::Interrupt& interrupt);
// The two halves of it.
void SendRaw(PGconn* session, const std::string& sql);
ResultPtr AwaitRaw(PGconn* session, base::Deadline deadline, const base::Interrupt& interrupt);
// Whether an answer is there within the deadline.
bool AnswersBy(PGconn* session, base::Deadline deadline, const base::Interrupt& interrupt);

}  // namespace pg
