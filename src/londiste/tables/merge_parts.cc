#include "londiste/tables/merge_parts.h"

#include <algorithm>

namespace londiste::tables {
namespace {

using Kind = MergeState::Kind;
using Step = PartCopy::Step;

constexpr const char* kOtherParts =
    "select o.queue_name, o.table_name, o.merge_state, o.dropped_ddl is not null, "
    "o.queue_name < t.queue_name "
    "from londiste.table_info t "
    "join pgq_node.node_info n on n.queue_name = t.queue_name "
    "join pgq_node.node_info c on c.queue_name = n.combined_queue "
    "join pgq_node.node_info m on m.combined_queue = n.combined_queue and m.queue_name <> "
    "n.queue_name "
    "join londiste.table_info o on o.queue_name = m.queue_name and o.local and "
    "coalesce(o.dest_table, o.table_name) = coalesce(t.dest_table, t.table_name) "
    "where t.queue_name = $1 and t.table_name = $2 order by 1, 2";

bool RowsAreIn(const MergeState& state) {
  return state.kind != Kind::kNone && state.kind != Kind::kInCopy;
}

PartCopy Wait(const std::string& queue, const std::string& why) {
  return {Step::kWait, false, "waits for queue " + queue + ", which " + why};
}

// As SkyTools counts, whose own copies may be among them: those before this one are let go first.
std::string TooMany(const Table& own, const std::vector<MergePart>& others) {
  int ahead = 0;
  std::string last;
  for (const MergePart& part : others) {
    if (!part.comes_first || part.state.kind != Kind::kInCopy) continue;
    ++ahead;
    last = part.queue;
  }
  return ahead < own.max_parallel_copy() ? "" : last;
}

PartCopy Refuse(const std::string& reason) { return {Step::kRefuse, false, reason}; }

}  // namespace

const char* const kMergeRefusedHint =
    "Run resync for the table on one of the queues: it is emptied, and all of them copy it again.";

bool MergePart::has_rows() const { return RowsAreIn(state); }

std::vector<MergePart> ReadOtherParts(pqxx::transaction_base& tx, const std::string& queue,
                                      const std::string& table) {
  std::vector<MergePart> parts;
  for (const pqxx::row& row : tx.exec_params(kOtherParts, queue, table)) {
    std::optional<std::string> state;
    if (!row[2].is_null()) state = row[2].as<std::string>();
    parts.push_back({row[0].c_str(), row[1].c_str(), MergeState::Parse(state), row[3].as<bool>(),
                     row[4].as<bool>()});
  }
  return parts;
}

PartCopy DecidePartCopy(const Table& own, const std::vector<MergePart>& others) {
  const bool empties = !own.skip_truncate();
  if (others.empty()) return {Step::kAlone, empties};
  if (RowsAreIn(own.state))
    return Refuse(
        "its rows of this queue are there already, and the copy cannot go on from where "
        "it was");
  if (own.dropped_ddl) {
    // The lead's own rows were lost with its transaction.
    if (own.state.kind == Kind::kInCopy) return {Step::kJoin, false};
    return Refuse("its copy was started over while rows of other queues are there");
  }
  const auto holder = std::ranges::find_if(others, &MergePart::holds_structure);
  if (holder != others.end()) {
    if (holder->state.kind == Kind::kNone) return Wait(holder->queue, "is to empty the table");
    const std::string before = TooMany(own, others);
    if (!before.empty()) return Wait(before, "copies first");
    return {Step::kJoin, false};
  }
  const auto filled = std::ranges::find_if(others, &MergePart::has_rows);
  if (filled != others.end()) {
    if (!empties) return {Step::kAlone, false};
    return Refuse("queue " + filled->queue +
                  ", which is merged into the same queue, has filled it already: a copy would "
                  "empty it");
  }
  const auto first = std::ranges::find_if(others, &MergePart::comes_first);
  if (first != others.end()) return Wait(first->queue, "copies first");
  return {Step::kLead, empties};
}

std::string AwaitedPart(const Table& own, const std::vector<MergePart>& others) {
  const auto awaited = own.dropped_ddl ? std::ranges::find_if_not(others, &MergePart::has_rows)
                                       : std::ranges::find_if(others, &MergePart::holds_structure);
  return awaited == others.end() ? "" : awaited->queue;
}

}  // namespace londiste::tables
