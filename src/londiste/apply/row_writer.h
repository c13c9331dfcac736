// Where planned rows go. Applier plans; a writer executes, in the order given or with the same
// effect.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "londiste/apply/row_plan.h"

namespace londiste::apply {

class RowWriter {
 public:
  // Called in the order of the tags, at the latest from Flush: the statement of `tag` is done and
  // met so many rows.
  using OnDone = std::function<void(std::int64_t tag, std::int64_t rows)>;

  virtual ~RowWriter() = default;

  // Inside the batch's transaction; tags rise. `row` is read before the call returns; `plan` stays
  // until Forget. All throw pg::PipelineError with the tag of the statement that failed,
  // pqxx::broken_connection, base::Interrupted.
  virtual void Write(const RowPlan& plan, const RowEvent& row, std::int64_t tag) = 0;
  virtual void WriteSql(const std::string& sql, std::int64_t tag) = 0;
  virtual void Flush() = 0;

  // The transaction is gone with everything not flushed.
  virtual void Abandon() = 0;
  // Plans made so far will not be used again. REQUIRES: flushed or abandoned.
  virtual void Forget() = 0;
};

}  // namespace londiste::apply
