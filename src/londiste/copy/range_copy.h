// The rows of a table by several pairs of sessions: each takes a range of pages, relays it,
// commits, and takes the next.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "londiste/copy/column_plan.h"
#include "londiste/copy/copy_table.h"
#include "londiste/copy/rewritten_rows.h"
#include "londiste/copy/source_snapshot.h"
#include "londiste/structure/page_ranges.h"
#include "pg/copy.h"

namespace londiste::copy {

class RangeCopy {
 public:
  struct Tables {
    const Relation& from;
    const Relation& to;
    const ColumnPlan& plan;
    const RowInspector& inspect;  // from several threads
    std::string exported;         // snapshot, held by sessions.source until Run has returned
    bool may_lock = false;        // SourceSize
  };
  struct Extent {
    std::int64_t pages = 0, bytes = 0;
    int sessions = 1;
  };
  // References must outlive the object. Used on the copy's thread.
  RangeCopy(const CopySessions& sessions, Tables tables, Extent extent, CopyObserver& observer,
            const CopyStates& states);

  // Until all rows are committed on the target. A pair of sessions that cannot be opened, or not be
  // used because somebody waits to change the table, is done without while another works.
  pg::CopyCounters Run();

 private:
  void Work(base::Interrupt& interrupt);
  std::unique_ptr<SourceSnapshot> Join(pg::Connection& source);
  void Relay(pg::Connection& source, pg::Connection& target, const structure::PageRange& range);
  void GiveUp(const std::string& reason);

  const CopySessions& sessions_;
  const Tables tables_;
  const Extent extent_;
  CopyObserver& observer_;
  const CopyStates& states_;
  structure::PageRanges ranges_;
  std::atomic<std::int64_t> rows_{0}, bytes_{0};
  std::mutex mutex_;  // working_, reason_
  int working_;       // pairs that are not given up
  std::string reason_;
};

}  // namespace londiste::copy
