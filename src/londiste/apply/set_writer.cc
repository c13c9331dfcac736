#include "londiste/apply/set_writer.h"

#include <algorithm>

#include "base/failpoint.h"
#include "londiste/apply/statement_text.h"
#include "pg/error.h"

namespace londiste::apply {
namespace {

using Kind = NetEffect::Kind;

constexpr const char* kSavepoint = "londiste_set";

std::string ColumnList(const std::vector<const TableColumn*>& columns) {
  std::string list;
  for (const TableColumn* column : columns)
    list += (list.empty() ? "" : ", ") + pg::QuoteIdent(column->name);
  return list;
}

// `t."id" = s.c0 and ...`: the key columns come first in a staging table.
std::string SameKey(const std::vector<const TableColumn*>& keys) {
  std::string text;
  for (std::size_t at = 0; at < keys.size(); ++at)
    text += (text.empty() ? "t." : " and t.") + pg::QuoteIdent(keys[at]->name) + " = s.c" +
            std::to_string(at);
  return text;
}

// "" when no column can be set.
std::string SetList(const NetEffect& net) {
  std::string list;
  for (std::size_t at = net.keys().size(); at < net.columns().size(); ++at) {
    const TableColumn* column = net.columns()[at];
    if (column->identity_always) continue;
    list +=
        (list.empty() ? "" : ", ") + pg::QuoteIdent(column->name) + " = s.c" + std::to_string(at);
  }
  return list;
}

bool HasIndexOn(const TableShape& table, const std::vector<const TableColumn*>& keys) {
  std::vector<std::string> names;
  for (const TableColumn* key : keys) names.push_back(key->name);
  std::ranges::sort(names);
  return std::ranges::find(table.unique_keys, names) != table.unique_keys.end();
}

// Few rows of a large table are looked up by its index, as they would be one by one. The planner
// knows neither the staging table nor, often, what the changes so far have made of the target, and
// would read the whole of it, with all its dead rows, for a few hundred.
bool ByIndex(const TableShape& table, const NetEffect& net, std::int64_t rows) {
  constexpr double kFew = 0.3;
  return HasIndexOn(table, net.keys()) &&
         !(table.rows > 0 && static_cast<double>(rows) > kFew * table.rows);
}

}  // namespace

std::string SetWriter::Write(const TableShape& table, const NetEffect& net) {
  const std::string savepoint(kSavepoint);
  series_.Clear();
  if (has_savepoint_) series_.Add("release savepoint " + savepoint);
  series_.Add("savepoint " + savepoint);
  has_savepoint_ = true;
  std::string reason;
  try {
    WriteAll(table, net);
    staging_.Released();
    return "";
  } catch (const Surprise& e) {
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
void SetWriter::WriteAll(const TableShape& table, const NetEffect& net) {
  const NetEffect::Counts counts = net.Count();
  const std::int64_t inserts = counts.inserts + counts.replaces;
  const std::int64_t deletes = counts.deletes + counts.replaces;
  const std::string set = SetList(net);
  const std::int64_t updates = set.empty() ? 0 : counts.updates;

  if (const std::int64_t staged = counts.nothings + deletes + updates; staged > 0) {
    const bool with_updates = updates > 0;
    const std::string& stage =
        staging_.Prepare(table, with_updates ? net.columns() : net.keys(), series_);
    CopyToStage(stage, net, with_updates, staged);
    base::HitFailpoint(base::Failpoint::apply_set_staged);

    const std::string target = TableText(table) + " t ", same_key = SameKey(net.keys());
    const bool by_index = ByIndex(table, net, std::max(deletes, updates));
    if (by_index) {
      series_.Add("set local enable_hashjoin = off");
      series_.Add("set local enable_mergejoin = off");
    }
    // Rows that came and went in between: one that was there before would have been an error.
    if (counts.nothings > 0)
      series_.Add("select 1 from " + target + "join " + stage + " s on " + same_key +
                      " where s.gone is null limit 1",
                  "met", 0);
    if (deletes > 0)
      series_.Add("delete from " + target + "using " + stage + " s where s.gone and " + same_key,
                  "DELETE met", deletes);
    if (updates > 0)
      series_.Add("update " + target + "set " + set + " from " + stage +
                      " s where not s.gone and " + same_key,
                  "UPDATE met", updates);
    if (by_index) {
      series_.Add("reset enable_hashjoin");
      series_.Add("reset enable_mergejoin");
    }
  }
  if (inserts > 0) {
    Insert(table, net, inserts);
  } else {
    series_.Send();
  }
}

// Of rows that go, and of those that must not be there, only the key.
void SetWriter::CopyToStage(const std::string& stage, const NetEffect& net, bool with_updates,
                            std::int64_t rows) {
  std::string no_values;
  if (with_updates)
    for (std::size_t at = net.keys().size(); at < net.columns().size(); ++at) no_values += "\t\\N";
  const std::string gone = no_values + "\tt\n", must_be_absent = no_values + "\t\\N\n";
  series_.Copy("copy " + stage + " from stdin", rows, [&](auto write) {
    const auto write_key = [&](const std::string& end) {
      return [&](std::string_view key) {
        write(key);
        write(end);
      };
    };
    net.EachKey(Kind::kDelete, write_key(gone));
    net.EachKey(Kind::kReplace, write_key(gone));
    net.EachKey(Kind::kNothing, write_key(must_be_absent));
    if (!with_updates) return;
    net.EachRow(Kind::kUpdate, [&](std::string_view row) {
      write(row);
      write("\tf\n");
    });
  });
}

void SetWriter::Insert(const TableShape& table, const NetEffect& net, std::int64_t rows) {
  base::HitFailpoint(base::Failpoint::apply_set_before_insert);
  series_.Copy("copy " + table.name.Quoted() + " (" + ColumnList(net.columns()) + ") from stdin",
               rows, [&](auto write) {
                 const auto write_row = [&](std::string_view row) {
                   write(row);
                   write("\n");
                 };
                 net.EachRow(Kind::kInsert, write_row);
                 net.EachRow(Kind::kReplace, write_row);
               });
}

}  // namespace londiste::apply
