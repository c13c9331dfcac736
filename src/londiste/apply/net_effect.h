// What a run of row events of one table comes to: for each key one row to insert, update, delete or
// replace, or nothing.
//
// Keys are told apart by their text, so only for types whose equal values have equal text
// (TableColumn::foldable). What cannot be folded, or contradicts itself (an insert of a row that is
// there, an update of one that is gone), is left to the ordered way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "londiste/apply/row_plan.h"

namespace londiste::apply {

class NetEffect {
 public:
  enum class Kind : char { kInsert, kUpdate, kDelete, kReplace, kNothing };
  struct Counts {
    std::int64_t inserts = 0, updates = 0, deletes = 0, replaces = 0, nothings = 0;
    std::int64_t may_miss = 0;  // of the deletes and replaces, rows that need not be there
  };

  // Takes the next event. `may_miss`: a delete whose row need not be there. False: this run cannot
  // be folded.
  bool Add(const RowPlan& plan, const RowEvent& row, bool may_miss = false);
  // Once after the last event.
  Counts Count() const;
  // Of the text that EachRow and EachKey give, at most.
  std::size_t bytes() const { return text_.size(); }

  const std::vector<const structure::TableColumn*>& keys() const { return keys_; }
  // Of the rows to insert or update, the key columns first; empty when there are deletes only.
  const std::vector<const structure::TableColumn*>& columns() const { return columns_; }

  // For each key of that kind, in the order in which the keys came: its line of COPY text without
  // the newline, of `columns` or of the `keys` alone.
  template <class Write>
  void EachRow(Kind kind, Write write) const {
    for (const Net& net : nets_)
      if (KindOf(net) == kind) write(Text(net.row));
  }
  template <class Write>
  void EachKey(Kind kind, Write write) const {
    for (const Net& net : nets_)
      if (KindOf(net) == kind) write(Text(net.key));
  }

 private:
  struct Place {  // in text_
    std::size_t start = 0, size = 0;
  };
  struct Net {
    Place key, row;
    bool was_there = false;  // before the run
    bool is_there = false;   // after it
    bool was_deleted = false;
    bool may_miss = false;  // was_there for all we know
  };
  static Kind KindOf(const Net& net);
  std::string_view Text(const Place& place) const {
    return std::string_view(text_).substr(place.start, place.size);
  }
  bool TakeShape(const RowPlan& plan);
  Place Append(const std::vector<PlannedColumn>& columns, const RowEvent& row);

  std::vector<const structure::TableColumn*> keys_, columns_;
  std::int64_t last_plan_ = 0;  // its shape was seen to be ours
  std::string text_, key_;
  std::vector<Net> nets_;
  std::unordered_map<std::string, std::size_t> places_;  // key -> index into nets_
};

}  // namespace londiste::apply
