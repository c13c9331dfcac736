#include "pg/pipeline.h"

#include <poll.h>

#include <charconv>
#include <cstring>

#include "pg/result.h"
#include "pg/sql_error.h"
#include "pg/wait.h"

namespace pg {
namespace {

// Parameters on their way, at most: libpq keeps them in memory until the server takes them.
constexpr std::size_t kMaxPendingBytes = 8 << 20;

}  // namespace

Pipeline::Pipeline(Connection& connection, OnResult on_result, int window)
    : connection_(connection),
      on_result_(std::move(on_result)),
      window_(window < 2 ? 2 : static_cast<std::size_t>(window)) {}

Pipeline::~Pipeline() {
  if (!active_ || PQstatus(connection_.native()) != CONNECTION_OK) return;
  discarding_ = true;
  try {
    SendSync();
    AwaitAnswers(0, base::Deadline::After(std::chrono::seconds(10)));
    Leave();
  } catch (const std::exception&) {  // interrupted or lost: what is left of the session is closed
                                     // by its owner
  }
}

void Pipeline::Enter() {
  if (active_) return;
  PGconn* session = connection_.native();
  if (PQsetnonblocking(session, 1) != 0 || PQenterPipelineMode(session) == 0)
    ThrowFailure(connection_, nullptr);
  active_ = true;
}

void Pipeline::Leave() {
  PGconn* session = connection_.native();
  if (PQexitPipelineMode(session) == 0) ThrowFailure(connection_, nullptr);
  PQsetnonblocking(session, 0);
  active_ = false;
  since_flush_request_ = 0;
}

void Pipeline::Prepare(const std::string& name, const std::string& sql,
                       const std::vector<Oid>& types, std::int64_t tag) {
  Enter();
  const int sent =
      PQsendPrepare(connection_.native(), name.c_str(), sql.c_str(), static_cast<int>(types.size()),
                    types.empty() ? nullptr : types.data());
  if (sent == 0) ThrowFailure(connection_, nullptr);
  Sent({tag, sql.size(), Pending::Kind::kPrepare});
}

void Pipeline::Execute(std::int64_t tag, const std::string& name,
                       const std::vector<std::optional<std::string_view>>& parameters) {
  std::vector<std::string> values(parameters.size());
  std::vector<const char*> pointers(parameters.size(), nullptr);
  for (std::size_t at = 0; at < parameters.size(); ++at) {
    if (!parameters[at]) continue;
    values[at] = *parameters[at];
    pointers[at] = values[at].c_str();
  }
  Execute(tag, name, std::span<const char* const>(pointers));
}

void Pipeline::Execute(std::int64_t tag, const std::string& name,
                       std::span<const char* const> parameters) {
  Enter();
  const int sent =
      PQsendQueryPrepared(connection_.native(), name.c_str(), static_cast<int>(parameters.size()),
                          parameters.data(), nullptr, nullptr, 0);
  if (sent == 0) ThrowFailure(connection_, nullptr);
  std::size_t bytes = 64;
  for (const char* parameter : parameters)
    bytes += parameter == nullptr ? 4 : std::strlen(parameter) + 4;
  Sent({tag, bytes, Pending::Kind::kExecute});
}

void Pipeline::ExecuteSql(std::int64_t tag, const std::string& sql) {
  Enter();
  if (PQsendQueryParams(connection_.native(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                        0) == 0) {
    ThrowFailure(connection_, nullptr);
  }
  Sent({tag, sql.size(), Pending::Kind::kExecute});
}

// Asks for answers every half window and then waits for the older half only, so that the server
// never runs dry.
void Pipeline::Sent(const Pending& statement) {
  pending_.push_back(statement);
  pending_bytes_ += statement.bytes;
  const bool full = pending_.size() >= window_ || pending_bytes_ >= kMaxPendingBytes;
  if (++since_flush_request_ >= window_ / 2 || full) {
    if (PQsendFlushRequest(connection_.native()) == 0) ThrowFailure(connection_, nullptr);
    since_flush_request_ = 0;
  }
  if (!full) return;
  const std::size_t at_most = pending_bytes_ >= kMaxPendingBytes ? 0 : window_ / 2;
  AwaitAnswers(at_most, base::Deadline::Never());
  if (first_error_) RaiseFirstError();
}

void Pipeline::SendSync() {
  if (PQpipelineSync(connection_.native()) == 0) ThrowFailure(connection_, nullptr);
  pending_.push_back({-1, 0, Pending::Kind::kSync});
}

void Pipeline::Sync() {
  if (!active_) return;
  SendSync();
  AwaitAnswers(0, base::Deadline::Never());
  if (first_error_) RaiseFirstError();
  Leave();
}

// After an error the server skips everything up to a sync point: go there, so that the session can
// be used (rolled back) again.
void Pipeline::RaiseFirstError() {
  if (!pending_.empty() || PQpipelineStatus(connection_.native()) == PQ_PIPELINE_ABORTED) {
    SendSync();
    AwaitAnswers(0, base::Deadline::Never());
  }
  Leave();
  const auto error = std::move(first_error_);
  throw PipelineError(*error);
}

void Pipeline::AwaitAnswers(std::size_t pending_at_most, base::Deadline deadline) {
  while (pending_.size() > pending_at_most) {
    AwaitAnswer(deadline);
    pending_bytes_ -= pending_.front().bytes;
    pending_.pop_front();
  }
}

// All results of the oldest statement: one and a null, or the lone answer to a sync.
void Pipeline::AwaitAnswer(base::Deadline deadline) {
  PGconn* session = connection_.native();
  const Pending statement = pending_.front();
  bool answered = false;
  int empty_reads = 0;
  for (;;) {
    while (PQisBusy(session) != 0) {
      const int unsent = PQflush(session);
      if (unsent < 0) ThrowFailure(connection_, nullptr);
      const auto events = static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN);
      if (!WaitSocket(PQsocket(session), events, deadline, connection_.interrupt())) {
        throw base::Error("the server does not answer");
      }
      if (PQconsumeInput(session) == 0) ThrowFailure(connection_, nullptr);
    }
    const ResultPtr result(PQgetResult(session));
    if (!result) {
      if (answered) return;
      if (++empty_reads > 1) ThrowFailure(connection_, nullptr);
      continue;
    }
    TakeResult(result.get(), statement);
    answered = true;
    if (statement.kind == Pending::Kind::kSync) return;
  }
}

void Pipeline::TakeResult(const PGresult* result, const Pending& statement) {
  switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
      return;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      if (statement.kind == Pending::Kind::kExecute && !first_error_ && !discarding_ &&
          on_result_) {
        on_result_(statement.tag, AffectedRows(result));
      }
      return;
    default:
      if (PQstatus(connection_.native()) != CONNECTION_OK || connection_.interrupt().cancelled()) {
        ThrowFailure(connection_, result);
      }
      if (!first_error_)
        first_error_ = std::make_unique<PipelineError>(MakeSqlError(result), statement.tag);
  }
}

}  // namespace pg
