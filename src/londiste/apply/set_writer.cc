#include "londiste/apply/set_writer.h"

#include <algorithm>
#include <chrono>

#include "base/failpoint.h"
#include "londiste/apply/statement_text.h"
#include "pg/error.h"

namespace londiste::apply {
namespace {

using Kind = NetEffect::Kind;

constexpr const char* kSavepoint = "londiste_set";

std::string ColumnList(const std::vector<const structure::TableColumn*>& columns) {
  std::string list;
  for (const structure::TableColumn* column : columns)
    list += (list.empty() ? "" : ", ") + pg::QuoteIdent(column->name);
  return list;
}

std::string SourceColumns(std::size_t count) {
  std::string list;
  for (std::size_t at = 0; at < count; ++at)
    list += (at == 0 ? "s.c" : ", s.c") + std::to_string(at);
  return list;
}

// ` using <from> where <condition>`, each if there is one.
std::string Also(const char* word, const SetSource::Rows& rows) {
  return (rows.from.empty() ? "" : word + rows.from) +
         (rows.where.empty() ? "" : " where " + rows.where);
}

// "" when no column can be set.
std::string SetList(const NetEffect& net) {
  std::string list;
  for (std::size_t at = net.keys().size(); at < net.columns().size(); ++at) {
    const structure::TableColumn* column = net.columns()[at];
    if (column->identity_always) continue;
    list +=
        (list.empty() ? "" : ", ") + pg::QuoteIdent(column->name) + " = s.c" + std::to_string(at);
  }
  return list;
}

bool HasIndexOn(const structure::TableShape& table,
                const std::vector<const structure::TableColumn*>& keys) {
  std::vector<std::string> names;
  for (const structure::TableColumn* key : keys) names.push_back(key->name);
  std::ranges::sort(names);
  return std::ranges::find(table.unique_keys, names) != table.unique_keys.end();
}

// Few rows of a large table are looked up by its index, as they would be one by one. The planner
// knows neither the staging table nor, often, what the changes so far have made of the target, and
// would read the whole of it, with all its dead rows, for a few hundred.
bool ByIndex(const structure::TableShape& table, const NetEffect& net, std::int64_t rows) {
  constexpr double kFew = 0.3;
  return HasIndexOn(table, net.keys()) &&
         !(table.rows > 0 && static_cast<double>(rows) > kFew * table.rows);
}

}  // namespace

// How many rows there are of each kind, and how they go.
struct SetWriter::Rows {
  std::int64_t deletes = 0, updates = 0, inserts = 0, nothings = 0;
  std::int64_t may_miss = 0;         // of the deletes
  std::string set;                   // what an UPDATE sets; "" and no updates when no column can be
  bool inserts_with_others = false;  // else they have a COPY of their own
  bool whole() const { return updates > 0 || inserts_with_others; }
  std::int64_t together() const {
    return deletes + updates + nothings + (inserts_with_others ? inserts : 0);
  }
};

SetWriter::Rows SetWriter::Sort(const NetEffect& net, bool in_text) const {
  // A row that goes with the others costs the target so much more than one that is copied straight
  // into its table; the COPY costs a round trip, and both sides some work.
  constexpr std::chrono::nanoseconds kDetour(1'200), kCopy(60'000);
  const NetEffect::Counts counts = net.Count();
  Rows rows;
  rows.deletes = counts.deletes + counts.replaces;
  rows.inserts = counts.inserts + counts.replaces;
  rows.nothings = counts.nothings;
  rows.may_miss = counts.may_miss;
  rows.set = SetList(net);
  rows.updates = rows.set.empty() ? 0 : counts.updates;
  rows.inserts_with_others =
      rows.inserts > 0 &&
      rows.inserts * kDetour <= series_.round_trip() + kCopy * (in_text ? 1 : 0);
  return rows;
}

std::vector<std::string> SetWriter::Write(const std::vector<TableSet>& sets) {
  std::vector<std::string> reasons(sets.size());
  for (std::size_t at = 0; at < sets.size();) {
    const std::size_t size = GroupSize(Sets(sets).subspan(at));
    WriteGroup(Sets(sets).subspan(at, size), std::span(reasons).subspan(at, size));
    at += size;
  }
  return reasons;
}

// Together they cost fewer round trips. The server takes a message apart as a whole.
std::size_t SetWriter::GroupSize(Sets sets) const {
  constexpr std::size_t kMostText = 4 << 20;
  std::size_t size = 0, text = 0;
  while (size < sets.size() && (size == 0 || text < kMostText)) {
    if (GoesInText(sets[size])) text += sets[size].net.bytes();
    ++size;
  }
  return size;
}

// When one fails, each half is tried by itself.
void SetWriter::WriteGroup(Sets sets, std::span<std::string> reasons) {
  const std::string reason = WriteAllOrNone(sets);
  if (reason.empty()) return;
  if (sets.size() == 1) {
    reasons[0] = reason;
    return;
  }
  const std::size_t half = sets.size() / 2;
  WriteGroup(sets.first(half), reasons.first(half));
  WriteGroup(sets.subspan(half), reasons.subspan(half));
}

std::string SetWriter::WriteAllOrNone(Sets sets) {
  SetSavepoint(sets);
  std::string reason;
  try {
    for (const TableSet& set : sets) WriteTable(set);
    LookUpByIndex(false);
    series_.Send();
    staging_.Released();
    return "";
  } catch (const UnexpectedResult& e) {
    reason = e.what();
  } catch (const pg::SqlError& e) {
    reason = e.what();
  }
  pg::ExecNative(target_, std::string("rollback to savepoint ") + kSavepoint);
  staging_.Undone();
  return reason;
}

// Before anything else is sent where that holds values: of a message that is not text in the
// server's encoding nothing is run, the savepoint neither.
void SetWriter::SetSavepoint(Sets sets) {
  const std::string savepoint(kSavepoint);
  series_.Clear();
  by_index_ = false;
  if (has_savepoint_) series_.Add("release savepoint " + savepoint);
  series_.Add("savepoint " + savepoint);
  if (std::ranges::any_of(sets, [this](const TableSet& set) { return GoesInText(set); }))
    series_.Send();
  has_savepoint_ = true;
}

void SetWriter::Committed() {
  staging_.Committed();
  has_savepoint_ = false;
}

void SetWriter::RolledBack() {
  staging_.RolledBack();
  has_savepoint_ = false;
}

bool SetWriter::GoesInText(const TableSet& set) const {
  constexpr std::size_t kMostText = 1 << 20;
  return set.rows.size() <= options_.array_rows && set.net.bytes() <= kMostText &&
         std::ranges::all_of(set.net.keys(), &structure::TableColumn::has_array) &&
         std::ranges::all_of(set.net.columns(), &structure::TableColumn::has_array);
}

// In this order a value that must be unique is free again before another row takes it, whatever
// order the source had.
void SetWriter::WriteTable(const TableSet& set) {
  const structure::TableShape& table = *set.shape;
  const NetEffect& net = set.net;
  const bool in_text = GoesInText(set);
  const Rows rows = Sort(net, in_text);
  if (rows.together() > 0 && in_text) {
    base::HitFailpoint(base::Failpoint::apply_set_staged);
    Change(ArraySource(net, rows.inserts_with_others), table, net, rows);
  } else if (rows.together() > 0) {
    const std::string stage =
        staging_.Prepare(table, rows.whole() ? net.columns() : net.keys(), series_);
    Stage(stage, net, rows);
    Change(StageSource(stage, net), table, net, rows);
  }
  if (rows.inserts > 0 && !rows.inserts_with_others) Insert(table, net, rows.inserts);
}

// Of rows that go, and of those that must not be there, only the key.
void SetWriter::Stage(const std::string& stage, const NetEffect& net, const Rows& rows) {
  std::string no_values;
  if (rows.whole())
    for (std::size_t at = net.keys().size(); at < net.columns().size(); ++at) no_values += "\t\\N";
  series_.Copy("copy " + stage + " from stdin", rows.together(),
               [&net, rows, no_values](pg::CopyIn& copy) {
                 const auto with_end = [&copy](const std::string& end) {
                   return [&copy, end](std::string_view line) {
                     copy.Write(line);
                     copy.Write(end);
                   };
                 };
                 net.EachKey(Kind::kDelete, with_end(no_values + "\tt\tf\n"));
                 net.EachKey(Kind::kReplace, with_end(no_values + "\tt\tf\n"));
                 net.EachKey(Kind::kNothing, with_end(no_values + "\tf\tf\n"));
                 if (rows.updates > 0) net.EachRow(Kind::kUpdate, with_end("\tt\tt\n"));
                 if (rows.inserts_with_others) {
                   net.EachRow(Kind::kInsert, with_end("\tf\tt\n"));
                   net.EachRow(Kind::kReplace, with_end("\tf\tt\n"));
                 }
                 base::HitFailpoint(base::Failpoint::apply_set_staged);
               });
}

void SetWriter::Change(const SetSource& source, const structure::TableShape& table,
                       const NetEffect& net, const Rows& rows) {
  const std::string target = TableText(table) + " t";
  LookUpByIndex(ByIndex(table, net, std::max(rows.deletes, rows.updates)));
  // Rows that came and went in between: one that was there before would have been an error.
  if (rows.nothings > 0)
    series_.Add("select 1 from " + target + Also(", ", source.passing) + " limit 1", "met", 0);
  if (rows.deletes > 0)
    series_.Add("delete from " + target + Also(" using ", source.gone), "DELETE met", rows.deletes,
                rows.deletes - rows.may_miss);
  if (rows.updates > 0)
    series_.Add("update " + target + " set " + rows.set + Also(" from ", source.changed),
                "UPDATE met", rows.updates);
  if (rows.inserts_with_others)
    series_.Add("insert into " + table.name.Quoted() + " (" + ColumnList(net.columns()) +
                    ") overriding system value select " + SourceColumns(net.columns().size()) +
                    Also(" from ", source.fresh),
                "INSERT stored", rows.inserts);
}

// In this and the next statements of the series.
void SetWriter::LookUpByIndex(bool by_index) {
  if (by_index == by_index_) return;
  by_index_ = by_index;
  for (const std::string setting : {"enable_hashjoin", "enable_mergejoin"})
    series_.Add(by_index ? "set local " + setting + " = off" : "reset " + setting);
}

void SetWriter::Insert(const structure::TableShape& table, const NetEffect& net,
                       std::int64_t rows) {
  series_.Copy("copy " + table.name.Quoted() + " (" + ColumnList(net.columns()) + ") from stdin",
               rows, [&net](pg::CopyIn& copy) {
                 base::HitFailpoint(base::Failpoint::apply_set_before_insert);
                 const auto write = [&copy](std::string_view row) {
                   copy.Write(row);
                   copy.Write("\n");
                 };
                 net.EachRow(Kind::kInsert, write);
                 net.EachRow(Kind::kReplace, write);
               });
}

}  // namespace londiste::apply
