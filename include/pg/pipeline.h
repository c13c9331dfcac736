// libpq pipeline mode inside a pqxx transaction: many prepared statements without waiting for each
// answer, bounded window, results by position.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pg/error.h"

namespace pg {

class Pipeline {
 public:
  // Called in order for each finished statement: its tag (the caller's number) and the rows
  // affected.
  using OnResult = std::function<void(std::int64_t tag, std::int64_t rows_affected)>;

  // REQUIRES: a transaction block is open on `connection`. `window`: statements sent and not yet
  // answered, at most.
  Pipeline(Connection& connection, OnResult on_result, int window = 1000);
  ~Pipeline();  // leaves pipeline mode; pending statements' results are discarded
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Prepares a statement (answers are checked like others; a failure carries `tag`). Names are the
  // caller's.
  void Prepare(const std::string& name, const std::string& sql, const std::vector<Oid>& types = {},
               std::int64_t tag = -1);
  // Text parameters; nullopt is NULL.
  void Execute(std::int64_t tag, const std::string& name,
               const std::vector<std::optional<std::string_view>>& parameters);
  // The same without a copy: each parameter ends in a NUL byte, nullptr is NULL.
  void Execute(std::int64_t tag, const std::string& name, std::span<const char* const> parameters);
  // One statement, parsed on the way.
  void ExecuteSql(std::int64_t tag, const std::string& sql);
  // Waits for all answers and leaves pipeline mode, so that other statements may run on the
  // session; the next Execute enters it again. On the first failed statement Execute and Sync throw
  // PipelineError, which carries its tag; nothing after it was executed.
  void Sync();

 private:
  struct Pending {
    std::int64_t tag;
    std::size_t bytes;
    enum class Kind { kPrepare, kExecute, kSync } kind;
  };
  void Enter();
  void Leave();
  void Sent(const Pending& statement);
  void AwaitAnswers(std::size_t pending_at_most, base::Deadline deadline);
  void AwaitAnswer(base::Deadline deadline);
  void TakeResult(const PGresult* result, const Pending& statement);
  void RaiseFirstError();
  void SendSync();

  Connection& connection_;
  OnResult on_result_;
  std::size_t window_;
  std::deque<Pending> pending_;
  std::size_t pending_bytes_ = 0;
  std::size_t since_flush_request_ = 0;
  bool active_ = false;
  bool discarding_ = false;
  std::unique_ptr<class PipelineError> first_error_;
};

class PipelineError : public SqlError {
 public:
  PipelineError(const SqlError& error, std::int64_t tag) : SqlError(error), tag_(tag) {}
  std::int64_t tag() const { return tag_; }

 private:
  std::int64_t tag_;
};

}  // namespace pg
