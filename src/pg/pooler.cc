#include "pg/pooler.h"

#include <chrono>
#include <cstdlib>

namespace pg {
namespace {

constexpr const char* kAskPid = "select pg_catalog.pg_backend_pid()";
// Other clients of the pool may take the server session that both should meet in.
constexpr int kAttempts = 3;
constexpr std::chrono::seconds kPatience(1);

int Number(const ResultPtr& result) {
  if (!result || PQntuples(result.get()) != 1)
    throw RawFailure("the server did not report its process id");
  return std::atoi(PQgetvalue(result.get(), 0, 0));
}

}  // namespace

int AskBackendPid(PGconn* session, base::Deadline deadline, const base::Interrupt& interrupt) {
  return Number(AskRaw(session, kAskPid, deadline, interrupt));
}

PoolMode FindPoolMode(PGconn* session, int pid, const Parameters& parameters,
                      base::Deadline deadline, const base::Interrupt& interrupt) {
  const SessionPtr second = OpenRaw(parameters, deadline, interrupt);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // Now: a pool for transactions gives away what was used last, or what was used longest ago.
    if (attempt > 0 && AskBackendPid(session, deadline, interrupt) != pid)
      return PoolMode::kTransaction;
    try {
      SendRaw(second.get(), std::string("begin; ") + kAskPid);
      if (!AnswersBy(second.get(), base::Deadline::After(kPatience), interrupt)) {
        // The pool is used up. Of two that wait for it the first would be served first, but a
        // session of its own answers at once.
        const int now = AskBackendPid(session, deadline, interrupt);
        if (!AnswersBy(second.get(), base::Deadline::After(base::Duration(0)), interrupt))
          return PoolMode::kSession;
        if (now != pid) return PoolMode::kTransaction;
      }
      if (Number(AwaitRaw(second.get(), deadline, interrupt)) == pid) return PoolMode::kTransaction;
    } catch (const RawFailure& failure) {
      if (std::string_view(failure.what()).find("statement pooling") != std::string_view::npos)
        return PoolMode::kStatement;
      throw;
    }
    if (AskBackendPid(session, deadline, interrupt) != pid) return PoolMode::kTransaction;
    AskRaw(second.get(), "rollback", deadline, interrupt);
  }
  return PoolMode::kSession;
}

}  // namespace pg
