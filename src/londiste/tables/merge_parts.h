// A table that several queues of one merge fill, and how their copies go together: one of them, the
// lead, empties the table and takes its indexes away; then all copy their rows; once all have, the
// lead puts the indexes back, and all catch up.
//
// londiste._coordinate_copy tells the same in SkyTools' words (lead, wait-copy, wait-replay).
#pragma once

#include <string>
#include <vector>

#include "londiste/tables/merge_state.h"
#include "londiste/tables/table.h"
#include "pg/connection.h"

namespace londiste::tables {

// The same table as another queue of the merge fills it.
struct MergePart {
  std::string queue, table;  // the table's name on that queue
  MergeState state{};
  bool holds_structure = false;  // what was taken away is stored with it
  bool comes_first = false;      // in the order of the queues' names, as the database sorts them

  bool has_rows() const;
};

// The other queues that are merged into the same one as `queue` and fill the same table here; by
// name. None where the queue is not merged.
std::vector<MergePart> ReadOtherParts(pqxx::transaction_base& tx, const std::string& queue,
                                      const std::string& table);

struct PartCopy {
  enum class Step {
    kAlone,   // nobody else has to do with it
    kLead,    // take the indexes away, copy, wait for the others, put them back
    kJoin,    // copy into the table as it is, which was made ready for that
    kWait,    // another one comes first
    kRefuse,  // it cannot be copied without losing rows, or twice
  };
  Step step = Step::kAlone;
  bool empties = true;   // the table, before the first row
  std::string reason{};  // of kWait and kRefuse
};
// What the copy of `own` may do.
PartCopy DecidePartCopy(const Table& own, const std::vector<MergePart>& others);
extern const char* const kMergeRefusedHint;

// The rows are copied. "" : go on, with what was taken away first if `own` holds it; else the queue
// that is waited for.
std::string AwaitedPart(const Table& own, const std::vector<MergePart>& others);

}  // namespace londiste::tables
