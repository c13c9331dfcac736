// The ordered stream: each row its own prepared statement, in event order, in libpq's pipeline
// mode.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "londiste/apply/row_plan.h"
#include "pg/pipeline.h"

namespace londiste::apply {

class StreamWriter {
 public:
  // Called in the order of the tags, at the latest from Flush: the statement of `tag` is done and
  // met so many rows.
  using OnDone = std::function<void(std::int64_t tag, std::int64_t rows)>;

  StreamWriter(pg::Connection& target, int window, OnDone on_done);

  // Inside the batch's transaction; tags rise. `row` is read before the call returns; `plan` stays
  // until Forget. All throw pg::PipelineError with the tag of the statement that failed,
  // pqxx::broken_connection, base::Interrupted.
  void Write(const RowPlan& plan, const RowEvent& row, std::int64_t tag);
  void WriteSql(const std::string& sql, std::int64_t tag);
  void Flush();

  // The transaction is gone with everything not flushed.
  void Abandon();
  // Plans made so far will not be used again. REQUIRES: flushed or abandoned.
  void Forget();

 private:
  struct Statement {
    std::string name;
    std::vector<std::size_t> places;
    bool confirmed = false;      // the server has it for certain
    std::uint64_t last_use = 0;  // as uses_ was
  };
  pg::Pipeline& pipeline();
  const Statement& Prepared(const RowPlan& plan, std::int64_t tag);
  void ForgetOldHalf();
  void PrepareSession();

  pg::Connection& target_;
  int window_;
  OnDone on_done_;
  std::unique_ptr<pg::Pipeline> pipeline_;
  // By plan id. At most kMostStatements: each costs the server some ten kilobytes.
  static constexpr std::size_t kMostStatements = 5000;
  std::unordered_map<std::int64_t, Statement> statements_;
  std::vector<std::string> forgotten_;  // to be deallocated when the pipeline is empty
  std::vector<const char*> parameters_;
  bool unconfirmed_ = false;
  bool plans_are_generic_ = false;  // the session's setting
  std::uint64_t uses_ = 0;
  std::int64_t next_id_ = 1;
};

}  // namespace londiste::apply
