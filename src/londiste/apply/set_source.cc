#include "londiste/apply/set_source.h"

#include <initializer_list>

#include "londiste/apply/array_rows.h"
#include "pg/quote.h"

namespace londiste::apply {
namespace {

using Kind = NetEffect::Kind;
using Keys = std::vector<const structure::TableColumn*>;

// `t."id" operator(pg_catalog.=) `
std::string Equals(const structure::TableColumn& key) {
  return "t." + pg::QuoteIdent(key.name) + " " + key.equals + " ";
}

// The key columns come first.
std::string SameKey(const Keys& keys) {
  std::string text;
  for (std::size_t at = 0; at < keys.size(); ++at)
    text += (text.empty() ? "" : " and ") + Equals(*keys[at]) + "s.c" + std::to_string(at);
  return text;
}

SetSource::Rows RowsOf(const NetEffect& net, std::initializer_list<Kind> kinds) {
  ArrayRows rows(net.columns());
  for (const Kind kind : kinds) net.EachRow(kind, [&](std::string_view row) { rows.Add(row); });
  return {rows.Item(), ""};
}

// A join would do for one column, too, and cost the planner half as much again.
SetSource::Rows KeysOf(const NetEffect& net, std::initializer_list<Kind> kinds) {
  ArrayRows rows(net.keys());
  for (const Kind kind : kinds) net.EachKey(kind, [&](std::string_view key) { rows.Add(key); });
  if (net.keys().size() > 1) return {rows.Item(), SameKey(net.keys())};
  return {"", Equals(*net.keys().front()) + "any (" + rows.Array(0) + ")"};
}

}  // namespace

SetSource StageSource(const std::string& stage, const NetEffect& net) {
  const std::string from = stage + " s", same = " and " + SameKey(net.keys());
  return {{from, "s.was_there and not s.is_there" + same},
          {from, "s.was_there and s.is_there" + same},
          {from, "not s.was_there and s.is_there"},
          {from, "not s.was_there and not s.is_there" + same}};
}

SetSource ArraySource(const NetEffect& net, bool with_inserts) {
  SetSource source;
  source.gone = KeysOf(net, {Kind::kDelete, Kind::kReplace});
  source.passing = KeysOf(net, {Kind::kNothing});
  if (net.columns().empty()) return source;
  source.changed = RowsOf(net, {Kind::kUpdate});
  source.changed.where = SameKey(net.keys());
  if (with_inserts) source.fresh = RowsOf(net, {Kind::kInsert, Kind::kReplace});
  return source;
}

}  // namespace londiste::apply
