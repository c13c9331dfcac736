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

std::string StageColumns(std::size_t count) {
  std::string list;
  for (std::size_t at = 0; at < count; ++at)
    list += (at == 0 ? "s.c" : ", s.c") + std::to_string(at);
  return list;
}

// `t."id" operator(pg_catalog.=) s.c0 and ...`: the key columns come first in a staging table.
std::string SameKey(const std::vector<const structure::TableColumn*>& keys) {
  std::string text;
  for (std::size_t at = 0; at < keys.size(); ++at)
    text += (text.empty() ? "t." : " and t.") + pg::QuoteIdent(keys[at]->name) + " " +
            keys[at]->equals + " s.c" + std::to_string(at);
  return text;
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
  std::int64_t may_miss = 0;   // of the deletes
  std::string set;             // what an UPDATE sets; "" and no updates when no column can be
  bool stage_inserts = false;  // else they have a COPY of their own
  bool whole() const { return updates > 0 || stage_inserts; }
  std::int64_t staged() const {
    return deletes + updates + nothings + (stage_inserts ? inserts : 0);
  }
};

SetWriter::Rows SetWriter::Sort(const NetEffect& net) const {
  // A row that goes through the staging table costs the target so much more than one that is copied
  // straight into its table; the COPY costs a round trip.
  constexpr std::chrono::nanoseconds kDetour(1'200);
  const NetEffect::Counts counts = net.Count();
  Rows rows;
  rows.deletes = counts.deletes + counts.replaces;
  rows.inserts = counts.inserts + counts.replaces;
  rows.nothings = counts.nothings;
  rows.may_miss = counts.may_miss;
  rows.set = SetList(net);
  rows.updates = rows.set.empty() ? 0 : counts.updates;
  rows.stage_inserts = rows.inserts > 0 && rows.inserts * kDetour <= series_.round_trip();
  return rows;
}

// Together they cost fewer round trips; when one fails, each is tried by itself.
std::vector<std::string> SetWriter::Write(const std::vector<TableSet>& sets) {
  std::vector<std::string> reasons(sets.size());
  if (sets.size() > 1 && WriteAllOrNone(sets).empty()) return reasons;
  for (std::size_t at = 0; at < sets.size(); ++at) reasons[at] = WriteAllOrNone({&sets[at], 1});
  return reasons;
}

std::string SetWriter::WriteAllOrNone(std::span<const TableSet> sets) {
  const std::string savepoint(kSavepoint);
  series_.Clear();
  if (has_savepoint_) series_.Add("release savepoint " + savepoint);
  series_.Add("savepoint " + savepoint);
  has_savepoint_ = true;
  std::string reason;
  try {
    for (const TableSet& set : sets) WriteTable(*set.shape, set.net);
    series_.Send();
    staging_.Released();
    return "";
  } catch (const UnexpectedResult& e) {
    reason = e.what();
  } catch (const pg::SqlError& e) {
    reason = e.what();
  }
  pg::ExecNative(target_, "rollback to savepoint " + savepoint);
  staging_.Undone();
  return reason;
}

void SetWriter::Committed() {
  staging_.Committed();
  has_savepoint_ = false;
}

void SetWriter::RolledBack() {
  staging_.RolledBack();
  has_savepoint_ = false;
}

// In this order a value that must be unique is free again before another row takes it, whatever
// order the source had.
void SetWriter::WriteTable(const structure::TableShape& table, const NetEffect& net) {
  const Rows rows = Sort(net);
  if (rows.staged() > 0) {
    const std::string stage =
        staging_.Prepare(table, rows.whole() ? net.columns() : net.keys(), series_);
    Stage(stage, net, rows);
    ChangeFromStage(stage, table, net, rows);
  }
  if (rows.inserts > 0 && !rows.stage_inserts) Insert(table, net, rows.inserts);
}

// Of rows that go, and of those that must not be there, only the key.
void SetWriter::Stage(const std::string& stage, const NetEffect& net, const Rows& rows) {
  std::string no_values;
  if (rows.whole())
    for (std::size_t at = net.keys().size(); at < net.columns().size(); ++at) no_values += "\t\\N";
  series_.Copy("copy " + stage + " from stdin", rows.staged(),
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
                 if (rows.stage_inserts) {
                   net.EachRow(Kind::kInsert, with_end("\tf\tt\n"));
                   net.EachRow(Kind::kReplace, with_end("\tf\tt\n"));
                 }
                 base::HitFailpoint(base::Failpoint::apply_set_staged);
               });
}

void SetWriter::ChangeFromStage(const std::string& stage, const structure::TableShape& table,
                                const NetEffect& net, const Rows& rows) {
  const std::string target = TableText(table) + " t ", same_key = SameKey(net.keys());
  const bool by_index = ByIndex(table, net, std::max(rows.deletes, rows.updates));
  if (by_index) {
    series_.Add("set local enable_hashjoin = off");
    series_.Add("set local enable_mergejoin = off");
  }
  // Rows that came and went in between: one that was there before would have been an error.
  if (rows.nothings > 0)
    series_.Add("select 1 from " + target + "join " + stage + " s on " + same_key +
                    " where not s.was_there and not s.is_there limit 1",
                "met", 0);
  if (rows.deletes > 0)
    series_.Add("delete from " + target + "using " + stage +
                    " s where s.was_there and not s.is_there and " + same_key,
                "DELETE met", rows.deletes, rows.deletes - rows.may_miss);
  if (rows.updates > 0)
    series_.Add("update " + target + "set " + rows.set + " from " + stage +
                    " s where s.was_there and s.is_there and " + same_key,
                "UPDATE met", rows.updates);
  if (by_index) {
    series_.Add("reset enable_hashjoin");
    series_.Add("reset enable_mergejoin");
  }
  if (rows.stage_inserts)
    series_.Add("insert into " + table.name.Quoted() + " (" + ColumnList(net.columns()) +
                    ") overriding system value select " + StageColumns(net.columns().size()) +
                    " from " + stage + " s where not s.was_there and s.is_there",
                "INSERT stored", rows.inserts);
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
