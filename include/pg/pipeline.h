// libpq pipeline mode inside a pqxx transaction: many prepared statements without waiting for each answer, bounded window, results by position.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pg/error.h"

namespace pg {

class Pipeline {
 public:
  // Called in order for each finished statement: its tag (the caller's number) and the rows affected.
  using OnResult = std::function<void(std::int64_t tag, std::int64_t rows_affected)>;

  // REQUIRES: a transaction block is open on `connection`. `window`: statements sent and not yet answered, at most.
  Pipeline(Connection& connection, OnResult on_result, int window = 1000);
  ~Pipeline();  // leaves pipeline mode; pending statements' results are discarded
  Pipeline(const Pipeline&) = delete;

  // Prepares a statement (answers are checked like others). Names are the caller's.
  void Prepare(const std::string& name, const std::string& sql, const std::vector<Oid>& types = {});
  // Text parameters; nullopt is NULL.
  void Execute(std::int64_t tag, const std::string& name, const std::vector<std::optional<std::string_view>>& parameters);
  // Waits for all answers. On the first failed statement Execute/Sync throw PipelineError, which carries its tag.
  void Sync();

 private:
  void Drain(bool everything);
  Connection& connection_;
  OnResult on_result_;
  int window_;
  struct Pending {
    std::int64_t tag;
    bool is_prepare;
    bool is_sync;
  };
  std::vector<Pending> pending_;  // a ring in effect; see pipeline.cc
  std::size_t head_ = 0;
  bool active_ = false;
};

class PipelineError : public SqlError {
 public:
  PipelineError(const SqlError& error, std::int64_t tag) : SqlError(error), tag_(tag) {}
  std::int64_t tag() const { return tag_; }

 private:
  std::int64_t tag_;
};

}  // namespace pg
