#include "pg/pooler.h"

#include <chrono>
#include <cstdlib>
#include <optional>

namespace pg {
namespace {

constexpr const char* kAskPid = "select pg_catalog.pg_backend_pid()";
// Other clients of the pool may take the server session that both should meet in.
constexpr int kAttempts = 3;
constexpr std::chrono::seconds kPatience(1);
// A session with a server process of its own answers sooner, also on a busy server.
constexpr std::chrono::seconds kOwnPatience(3);

int Number(const ResultPtr& result) {
  if (!result || PQntuples(result.get()) != 1)
    throw RawFailure("the server did not report its process id");
  return std::atoi(PQgetvalue(result.get(), 0, 0));
}

// The server process of `session`, asked while `second` holds a server session or waits for one.
// nullopt: there is none of its own, and the pool has no other left. `second` is closed then: of
// several clients that connect at once each might hold what the others wait for.
std::optional<int> AskBeside(PGconn* session, SessionPtr& second, base::Deadline deadline,
                             const base::Interrupt& interrupt) {
  SendRaw(session, kAskPid);
  if (AnswersBy(session, base::Deadline::After(kOwnPatience), interrupt))
    return Number(AwaitRaw(session, deadline, interrupt));
  second.reset();
  AwaitRaw(session, deadline, interrupt);
  return std::nullopt;
}

}  // namespace

int AskBackendPid(PGconn* session, base::Deadline deadline, const base::Interrupt& interrupt) {
  return Number(AskRaw(session, kAskPid, deadline, interrupt));
}

PoolMode FindPoolMode(PGconn* session, int pid, const Parameters& parameters,
                      base::Deadline deadline, const base::Interrupt& interrupt) {
  SessionPtr second = OpenRaw(parameters, deadline, interrupt);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // Now: a pool for transactions gives away what was used last, or what was used longest ago.
    if (attempt > 0 && AskBackendPid(session, deadline, interrupt) != pid)
      return PoolMode::kTransaction;
    try {
      SendRaw(second.get(), std::string("begin; ") + kAskPid);
      if (!AnswersBy(second.get(), base::Deadline::After(kPatience), interrupt)) {
        // The pool is used up. Of two that wait for it the first would be served first, but a
        // session of its own answers at once.
        const std::optional<int> now = AskBeside(session, second, deadline, interrupt);
        if (!now) return PoolMode::kTransaction;
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
    if (AskBeside(session, second, deadline, interrupt) != pid) return PoolMode::kTransaction;
    AskRaw(second.get(), "rollback", deadline, interrupt);
  }
  return PoolMode::kSession;
}

}  // namespace pg
