// Buffered rows of a batch on their way to the target: the events, and those of them that are
// written as sets, folded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "londiste/apply/apply_stats.h"
#include "londiste/apply/buffered_rows.h"
#include "londiste/apply/net_effect.h"
#include "londiste/apply/plan_cache.h"

namespace londiste::apply {

// All events of one table in a buffer.
struct TableSet {
  CachedTable* table;
  std::shared_ptr<const structure::TableShape> shape;  // the one that `net` looks at
  std::vector<BufferedRows::Row*> rows;
  NetEffect net;
  ApplyStats counts;  // of the rows
};

struct FoldedRows {
  BufferedRows buffered;
  std::vector<TableSet> sets;
  void Clear() { buffered.Clear(), sets.clear(); }
};

// Finds the buffered tables that can be written as sets, and folds their events. REQUIRES: each
// of these tables has a shape. Throws ApplyError for an event that cannot be read.
void FoldSets(FoldedRows& folded, PlanCache& plans, std::size_t set_rows);

}  // namespace londiste::apply
