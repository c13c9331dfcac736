#include "londiste/apply/rewritten_event.h"

#include "base/error.h"
#include "pg/quote.h"
#include "pgq/urlencode.h"

namespace londiste::apply {
namespace {

constexpr std::string_view kHash = "hash=";

bool IsShardHash(std::string_view text) {
  if (!text.starts_with(kHash)) return false;
  text.remove_prefix(kHash.size());
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

const handlers::ColumnRewrite& EventRewriter::RewriteOf(std::string_view column) {
  const auto found = rewrites_.find(column);
  if (found != rewrites_.end()) return found->second;
  return rewrites_.emplace(column, handler_.Rewrite(column)).first->second;
}

std::optional<std::string> EventRewriter::Value(const RowColumn& column) {
  std::optional<std::string> value;
  if (column.value != nullptr) value = column.value;
  const handlers::ColumnRewrite& rewrite = RewriteOf(column.name);
  if (!rewrite.value) return value;
  try {
    rewrite.value(value);
  } catch (const base::Error& error) {
    throw base::Error("column \"" + std::string(column.name) + "\": " + error.what(), error.hint());
  }
  return value;
}

pgq::Event EventRewriter::Rewrite(const pgq::Event& event) {
  pgq::Event rewritten = event;
  rewritten.extra4 = {};
  if (rewritten.extra3 && !IsShardHash(*rewritten.extra3)) rewritten.extra3 = {};
  try {
    RewriteOldRow(rewritten);
    row_.Decode(event.type_or_empty(), event.data_or_empty());
    if (row_.operation() == Operation::kTruncate) {
      rewritten.data = std::string_view();
      if (event.type_or_empty().starts_with("{")) rewritten.data = "{}";
      return rewritten;
    }
    if (row_.is_raw_sql())
      throw base::Error("it is SQL that no trigger of ours has written",
                        "Run remove-table here, and add the table on the root with a trigger of "
                        "PgQ; then add it here again.");
    RequireKeys();
    if (event.type_or_empty().size() == 1)
      WriteSql(rewritten);
    else
      WriteUrlencoded(rewritten);
  } catch (const base::Error& error) {
    throw base::Error("could not rewrite event " + ToString(event.id) + " of table " + table_ +
                          ": " + error.what(),
                      error.hint());
  }
  return rewritten;
}

void EventRewriter::RequireKeys() {
  for (const std::string_view key : row_.keys())
    if (RewriteOf(key).leave_out)
      throw base::Error("its key column \"" + std::string(key) + "\" is left out",
                        "Nothing of the batch was applied. Rows are found by that column: let the "
                        "handler keep or hash it, and reload the worker.");
}

// `a=1&b`, of the columns that are not left out.
void EventRewriter::AppendUrlencoded(std::string& out) {
  bool first = true;
  for (const RowColumn& column : row_.columns()) {
    if (RewriteOf(column.name).leave_out) continue;
    if (!first) out += '&';
    first = false;
    pgq::EncodeTo(out, column.name);
    if (const auto value = Value(column)) {
      out += '=';
      pgq::EncodeTo(out, *value);
    }
  }
}

void EventRewriter::WriteUrlencoded(pgq::Event& event) {
  data_.clear();
  AppendUrlencoded(data_);
  event.data = data_;
  if (RowEvent::IsUrlencoded(event.type_or_empty())) return;
  type_.assign(1, OperationLetter(row_.operation()));
  type_ += ':';
  for (const std::string_view key : row_.keys()) {
    if (type_.size() > 2) type_ += ',';
    type_ += key;
  }
  event.type = type_;
}

// `"a"='1',"b"=NULL`
void EventRewriter::AppendPairs(std::string_view separator, std::size_t begin, std::size_t end,
                                std::string_view null) {
  bool first = true;
  for (std::size_t at = begin; at < end; ++at) {
    const RowColumn& column = row_.columns()[at];
    if (RewriteOf(column.name).leave_out) continue;
    if (!first) data_ += separator;
    first = false;
    const auto value = Value(column);
    data_ += pg::QuoteIdent(column.name) + "=";
    data_ += value ? pg::QuoteLiteral(*value) : std::string(null);
  }
}

void EventRewriter::WriteSql(pgq::Event& event) {
  data_.clear();
  const std::size_t all = row_.columns().size();
  switch (row_.operation()) {
    case Operation::kInsert: {
      std::string names, values;
      for (const RowColumn& column : row_.columns()) {
        if (RewriteOf(column.name).leave_out) continue;
        const auto value = Value(column);
        names += (names.empty() ? "" : ",") + pg::QuoteIdent(column.name);
        values += (values.empty() ? "" : ",");
        values += value ? pg::QuoteLiteral(*value) : "null";
      }
      if (names.empty()) throw base::Error("all its columns are left out");
      data_ = "(" + names + ") values (" + values + ")";
      break;
    }
    case Operation::kUpdate:
      AppendPairs(",", 0, row_.condition_start(), "NULL");
      // As a trigger writes an update that changes nothing.
      if (data_.empty()) AppendPairs(",", row_.condition_start(), row_.condition_start() + 1, "");
      data_ += " where ";
      AppendPairs(" and ", row_.condition_start(), all, "");
      break;
    default:
      AppendPairs(" and ", 0, all, "");
  }
  event.data = data_;
}

// Whatever else the field holds is not for others. Uses row_.
void EventRewriter::RewriteOldRow(pgq::Event& event) {
  if (!event.extra2) return;
  const std::string_view old = *event.extra2;
  event.extra2 = {};
  try {
    row_.Decode(old.starts_with("{") ? R"({"op":"UPDATE","pkey":[]})" : "U:", old);
  } catch (const base::Error&) {
    return;
  }
  old_row_.clear();
  AppendUrlencoded(old_row_);
  if (!old_row_.empty()) event.extra2 = old_row_;
}

}  // namespace londiste::apply
