#include "londiste/apply/set_writer.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/failpoint.h"
#include "londiste/apply/statement_text.h"
#include "pg/copy.h"
#include "pg/error.h"
#include "pg/result.h"

namespace londiste::apply {
namespace {

using Kind = NetEffect::Kind;

constexpr const char* kSavepoint = "londiste_set";

// A statement met another number of rows than it must.
class Surprise : public base::Error {
 public:
  Surprise(const char* what, std::int64_t expected, std::int64_t met)
      : Error(std::string(what) + " " + std::to_string(met) + " of " + std::to_string(expected) +
              " rows") {}
};

void Expect(const char* what, std::int64_t expected, std::int64_t met) {
  if (met != expected) throw Surprise(what, expected, met);
}

std::int64_t Execute(pg::Connection& target, const std::string& sql) {
  const pg::ResultPtr result = pg::ExecNative(target, sql);
  const char* text = PQcmdTuples(result.get());
  std::int64_t rows = 0;
  std::from_chars(text, text + std::strlen(text), rows);
  return rows;
}

std::string ColumnList(const std::vector<const TableColumn*>& columns) {
  std::string list;
  for (const TableColumn* column : columns)
    list += (list.empty() ? "" : ", ") + pg::QuoteIdent(column->name);
  return list;
}

// `t."id" = s.c0 and ...`, where the staging table has `staged`.
std::string SameKey(const std::vector<const TableColumn*>& keys,
                    const std::vector<const TableColumn*>& staged) {
  std::string text;
  for (std::size_t at = 0; at < staged.size(); ++at) {
    if (std::find(keys.begin(), keys.end(), staged[at]) == keys.end()) continue;
    text += (text.empty() ? "t." : " and t.") + pg::QuoteIdent(staged[at]->name) + " = s.c" +
            std::to_string(at);
  }
  return text;
}

bool HasIndexOn(const TableShape& table, const std::vector<const TableColumn*>& keys) {
  std::vector<std::string> names;
  for (const TableColumn* key : keys) names.push_back(key->name);
  std::ranges::sort(names);
  return std::ranges::find(table.unique_keys, names) != table.unique_keys.end();
}

// Few rows of a large table are looked up by its index, as they would be one by one. The planner
// knows neither the staging table nor, often, what the changes so far have made of the target, and
// would read the whole of it for a few hundred rows.
std::string HowToJoin(const TableShape& table, const NetEffect& net, std::int64_t rows) {
  constexpr double kFew = 0.1;
  if (!HasIndexOn(table, net.keys())) return "";
  if (table.rows > 0 && static_cast<double>(rows) > kFew * table.rows) return "";
  return "set local enable_hashjoin = off; set local enable_mergejoin = off; ";
}

constexpr const char* kJoinAsUsual = "reset enable_hashjoin; reset enable_mergejoin; ";

// Throws too when a row was not stored, as a trigger or a rule of another session may cause.
template <class Each>
void Copy(pg::Connection& target, const std::string& sql, std::int64_t expected, Each each) {
  pg::CopyIn copy(target, sql);
  each([&](std::string_view line) { copy.Write(line); });
  Expect("COPY stored", expected, copy.Finish());
}

}  // namespace

std::string SetWriter::Write(const TableShape& table, const NetEffect& net) {
  const std::string savepoint(kSavepoint);
  pg::ExecNative(target_, "savepoint " + savepoint);
  std::string reason;
  try {
    WriteAll(table, net);
    pg::ExecNative(target_, kJoinAsUsual + ("release savepoint " + savepoint));
    staging_.Released();
    return "";
  } catch (const Surprise& e) {
    reason = e.what();
  } catch (const pg::SqlError& e) {
    reason = e.what();
  }
  pg::ExecNative(target_,
                 "rollback to savepoint " + savepoint + "; release savepoint " + savepoint);
  staging_.Undone();
  return reason;
}

// In this order a value that must be unique is free again before another row takes it, whatever
// order the source had.
void SetWriter::WriteAll(const TableShape& table, const NetEffect& net) {
  const NetEffect::Counts counts = net.Count();
  if (counts.nothings > 0) ExpectNone(table, net);
  if (counts.deletes + counts.replaces > 0) Delete(table, net, counts);
  if (counts.updates > 0) Update(table, net, counts);
  if (counts.inserts + counts.replaces > 0) Insert(table, net, counts);
}

// Rows that came and went in between: one that was there before would have been an error.
void SetWriter::ExpectNone(const TableShape& table, const NetEffect& net) {
  const std::string& stage = staging_.Empty(table, net.keys());
  Copy(target_, "copy " + stage + " from stdin", net.Count().nothings,
       [&](auto write) { net.EachKey(Kind::kNothing, write); });
  const pg::ResultPtr found =
      pg::ExecNative(target_, "select 1 from " + TableText(table) + " t join " + stage + " s on " +
                                  SameKey(net.keys(), net.keys()) + " limit 1");
  Expect("met", 0, PQntuples(found.get()));
}

void SetWriter::Delete(const TableShape& table, const NetEffect& net,
                       const NetEffect::Counts& counts) {
  const std::string& stage = staging_.Empty(table, net.keys());
  const std::int64_t rows = counts.deletes + counts.replaces;
  Copy(target_, "copy " + stage + " from stdin", rows, [&](auto write) {
    net.EachKey(Kind::kDelete, write);
    net.EachKey(Kind::kReplace, write);
  });
  base::HitFailpoint(base::Failpoint::apply_set_staged);
  Expect("DELETE met", rows,
         Execute(target_, HowToJoin(table, net, rows) + "delete from " + TableText(table) +
                              " t using " + stage + " s where " + SameKey(net.keys(), net.keys())));
}

void SetWriter::Update(const TableShape& table, const NetEffect& net,
                       const NetEffect::Counts& counts) {
  std::string set;
  for (std::size_t at = 0; at < net.columns().size(); ++at) {
    const TableColumn* column = net.columns()[at];
    if (column->identity_always || std::ranges::find(net.keys(), column) != net.keys().end())
      continue;
    set += (set.empty() ? "" : ", ") + pg::QuoteIdent(column->name) + " = s.c" + std::to_string(at);
  }
  if (set.empty()) return;
  const std::string& stage = staging_.Empty(table, net.columns());
  Copy(target_, "copy " + stage + " from stdin", counts.updates,
       [&](auto write) { net.EachRow(Kind::kUpdate, write); });
  base::HitFailpoint(base::Failpoint::apply_set_staged);
  Expect("UPDATE met", counts.updates,
         Execute(target_, HowToJoin(table, net, counts.updates) + "update " + TableText(table) +
                              " t set " + set + " from " + stage + " s where " +
                              SameKey(net.keys(), net.columns())));
}

void SetWriter::Insert(const TableShape& table, const NetEffect& net,
                       const NetEffect::Counts& counts) {
  base::HitFailpoint(base::Failpoint::apply_set_before_insert);
  Copy(target_, "copy " + table.name.Quoted() + " (" + ColumnList(net.columns()) + ") from stdin",
       counts.inserts + counts.replaces, [&](auto write) {
         net.EachRow(Kind::kInsert, write);
         net.EachRow(Kind::kReplace, write);
       });
}

}  // namespace londiste::apply
