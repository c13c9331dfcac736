// What the words in braces of a pattern stand for.
#include "e2e/random/ddl_patterns.h"

namespace e2e {
namespace {

// A query for each word, whose first column is names as statements have them. It may use other
// words.
const std::map<std::string, std::string> kQueries = {
    // where
    {"schema", "select quote_ident(nspname) from chance.schemas"},
    {"letter", "select left('{schema}', 1)"},
    {"room", "select '' where (select count(*) from chance.tables) < 9"},
    {"table", "select rel::regclass from chance.tables"},
    {"rel", "select $q${table}$q$::regclass::oid"},
    {"spare", "select $q${table}$q$ where (select count(*) from chance.tables) > 4"},
    {"table_schema", "select relnamespace::regnamespace from pg_class where oid = {rel}"},
    {"table_name", "select quote_ident(relname) from pg_class where oid = {rel}"},
    // columns
    {"column",
     "select quote_ident(attname) from chance.columns where rel = {rel} and generated = '' and not "
     "is_key"},
    {"key", "select quote_ident(attname) from chance.columns where rel = {rel} and is_key"},
    {"column_value",
     "select quote_literal(chance.value(type)) from chance.columns where rel = {rel} and "
     "quote_ident(attname) = $q${column}$q$"},
    {"type", "select type from chance.all_types"},
    // USING with the same type does what UPDATE is for, and is refused.
    {"other_type",
     "select t.type from chance.all_types t join chance.columns c on t.type <> format_type(c.type, "
     "c.typmod) where c.rel = {rel} and quote_ident(c.attname) = $q${column}$q$"},
    {"other_value", "select quote_literal(chance.value($q${other_type}$q$::regtype))"},
    {"value", "select quote_literal(chance.value($q${type}$q$::regtype))"},
    {"enum", "select type from chance.types where typtype = 'e'"},
    {"label",
     "select quote_literal(enumlabel) from pg_enum where enumtypid = $q${enum}$q$::regtype"},
    {"domain", "select type from chance.types where typtype = 'd'"},
    {"domain_check",
     "select quote_ident(conname) from pg_constraint where contype = 'c' and contypid = "
     "$q${domain}$q$::regtype"},
    // constraints and indexes
    {"constraint",
     "select quote_ident(conname) from pg_constraint where conrelid = {rel} and contype <> 'n'"},
    {"no_key",
     "select quote_ident(conname) from pg_constraint where conrelid = {rel} and contype not in "
     "('n', 'p')"},
    {"primary",
     "select quote_ident(conname) from pg_constraint where conrelid = {rel} and contype = 'p'"},
    {"invalid",
     "select quote_ident(conname) from pg_constraint where conrelid = {rel} and not convalidated"},
    {"index",
     "select indexrelid::regclass from pg_index where indrelid = {rel} and not exists (select 1 "
     "from pg_constraint where conindid = indexrelid)"},
    {"any_index", "select indexrelid::regclass from pg_index where indrelid = {rel}"},
    // foreign keys
    {"other", "select rel::regclass from chance.tables"},
    {"other_key",
     "select min(quote_ident(attname)) from chance.columns where is_key and rel = "
     "$q${other}$q$::regclass having count(*) = 1"},
    {"other_key_type",
     "select type::regtype from chance.columns where rel = $q${other}$q$::regclass and "
     "quote_ident(attname) = $q${other_key}$q$"},
    {"referring",
     "select quote_ident(attname) from chance.columns where rel = {rel} and type = "
     "$q${other_key_type}$q$::regtype and generated = ''"},
    // partitions: of ten keys each, by the digit at the end of their names
    {"parted", "select rel::regclass from chance.tables where relkind = 'p'"},
    {"parted_key",
     "select quote_ident(attname) from pg_partitioned_table p join pg_attribute a on a.attrelid = "
     "partrelid and a.attnum = partattrs[0] where partrelid = $q${parted}$q$::regclass"},
    {"d", "select generate_series(0, 9)"},
    {"bound", "select 'for values from ({d}0) to (' || {d} * 10 + 10 || ')'"},
    {"part",
     "select format('%s.%I', relnamespace::regnamespace, relname || '_{d}') from pg_class where "
     "oid "
     "= $q${parted}$q$::regclass"},
    {"partition", "select relid::regclass from pg_partition_tree($q${parted}$q$) where level > 0"},
    {"parent",
     "select inhparent::regclass from pg_inherits where inhrelid = $q${partition}$q$::regclass"},
    {"loose",
     "select oid::regclass from pg_class where relkind in ('r', 'p') and not relispartition and "
     "relname ~ '_[0-9]$' and relnamespace in (select oid from chance.schemas)"},
    {"loose_d", "select right(relname, 1) from pg_class where oid = $q${loose}$q$::regclass"},
    {"loose_bound", "select 'for values from ({loose_d}0) to (' || {loose_d} * 10 + 10 || ')'"},
};

// All from `open` to `close` that are in `text`, replaced.
template <typename Replace>
std::string ReplaceBetween(std::string text, const std::string& open, const std::string& close,
                           const Replace& replace) {
  for (auto at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    const auto end = text.find(close, at);
    const auto from = at + open.size();
    const std::string value = replace(text.substr(from, end - from));
    text.replace(at, end + close.size() - at, value);
    at += value.size();
  }
  return text;
}

}  // namespace

std::string Filling::Fill(std::string_view pattern) {
  const std::string chosen =
      ReplaceBetween(std::string(pattern), "[[", "]]", [&](const std::string& choices) {
        std::vector<std::string> all(1);
        for (const char c : choices) {
          if (c == '|')
            all.emplace_back();
          else
            all.back() += c;
        }
        return chance_.OneOf(all);
      });
  return ReplaceBetween(chosen, "{", "}", [&](const std::string& name) { return Value(name); });
}

const std::string& Filling::Value(const std::string& name) {
  const auto known = values_.find(name);
  if (known != values_.end()) return known->second;
  std::string value;
  if (name == "n") {
    value = std::to_string(number_);
  } else if (name.starts_with("name")) {
    value = "n" + std::to_string(number_) + name.substr(4);
    if (chance_.Below(5) == 0) value = "\"Odd; '" + value + "\"";
  } else {
    const std::string query = Fill(kQueries.at(name));
    const auto rows = sql_.Exec("select q.name::text from (" + query +
                                ") q (name) order by q.name::text collate \"C\"");
    if (rows.empty()) throw NothingThere("no {" + name + "}");
    value =
        rows[static_cast<std::size_t>(chance_.Below(static_cast<int>(rows.size())))][0].value_or(
            "");
  }
  return values_[name] = value;
}

}  // namespace e2e
