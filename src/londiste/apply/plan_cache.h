// The shapes and plans of the tables in use. Survives batches; a table whose shape is in doubt is
// looked at again at its next use.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "londiste/apply/row_plan.h"
#include "londiste/tables/table.h"
#include "pg/error.h"
#include "pg/sqlstate.h"

namespace londiste::apply {

// The event has a column that the table lacks, and that nobody decided to leave out.
class UnknownColumn : public pg::SqlError {
 public:
  UnknownColumn(const std::string& message, std::string hint)
      : SqlError(message, std::move(hint), pg::sqlstate::kUndefinedColumn, {}, {}) {}
};

class CachedTable {
 public:
  explicit CachedTable(pg::QualifiedName name) : name_(std::move(name)) {}

  const pg::QualifiedName& name() const { return name_; }
  const std::string& queue_name() const { return queue_name_; }
  // Cheap when nothing changed.
  void SetTarget(const tables::Table& target);
  bool must_load() const { return !shape_ || must_reload_; }
  // Plans stay when the shape is the one they were made for.
  void SetShape(structure::TableShape shape);
  const std::shared_ptr<const structure::TableShape>& shape() const { return shape_; }
  // Columns were missing here, or rows: an administrator may be repairing the table, so the next
  // batch looks again.
  void MarkStale() { stale_ = true; }
  // Whether the next rows may be written as a set. After failures it may not for ever longer.
  bool MayTrySet() { return set_pause_ == 0 || --set_pause_ == 0; }
  void SetWritten() { set_failures_ = 0; }
  void SetFailed() { set_pause_ = 1 << std::min(set_failures_++, 10); }
  void StartBatch() { must_reload_ = must_reload_ || stale_, stale_ = false; }

 private:
  friend class PlanCache;
  pg::QualifiedName name_;
  std::string queue_name_;
  std::set<std::string, std::less<>> left_out_;
  std::shared_ptr<const structure::TableShape> shape_;
  bool must_reload_ = false, stale_ = false;
  std::optional<bool> without_index_;
  int set_failures_ = 0, set_pause_ = 0;
  struct Plan {
    RowPlan plan;
    std::vector<std::string> not_here;  // the event's columns that the table lacks
    // Whether rows are looked for and no index helps; not for inserts.
    std::optional<bool> without_index;
  };
  std::unordered_map<std::string, Plan> plans_;  // by signature
};

class PlanCache {
 public:
  // `queue`: for hints.
  explicit PlanCache(std::string queue) : queue_(std::move(queue)) {}

  CachedTable& Table(const pg::QualifiedName& name);
  // REQUIRES: !table.must_load(). Throws UnknownColumn (the shape may be old: load it again, and
  // ask again), base::Error.
  const RowPlan& PlanFor(CachedTable& table, const RowEvent& row);

  void StartBatch();
  void Clear() { tables_.clear(), plan_count_ = 0; }
  // See Applier.
  std::vector<std::pair<std::string, bool>> TakeIndexNews() {
    return std::exchange(index_news_, {});
  }
  std::size_t plan_count() const { return plan_count_; }

 private:
  void CheckIndex(CachedTable& table, std::optional<bool> without_index);
  void CheckColumns(CachedTable& table, const std::vector<std::string>& not_here) const;

  const std::string queue_;
  std::map<pg::QualifiedName, CachedTable> tables_;
  std::string signature_;
  std::vector<std::pair<std::string, bool>> index_news_;
  std::int64_t next_id_ = 1;
  std::size_t plan_count_ = 0;
};

}  // namespace londiste::apply
