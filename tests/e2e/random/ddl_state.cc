#include "e2e/random/ddl_state.h"

namespace e2e {
namespace {

// Foreign keys of partitions and the like are not told: they are their parents'.
constexpr const char* kParts = R"(
with t as materialized (
    select i.table_name as name, i.merge_state, londiste.find_table_oid(coalesce(i.dest_table, i.table_name)) as rel
    from londiste.table_info i
    where i.local and i.queue_name = 'q_teste_replica'
)
select format('%s: %s', t.name, x.line)
from t
cross join lateral (
    select concat_ws(' ', t.merge_state, quote_literal(obj_description(t.rel, 'pg_class')), (select string_agg(attname, ',' order by attnum) from pg_attribute
               where attrelid = t.rel and attnum > 0 and not attisdropped))
    union all
    select concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end, a.attgenerated, a.attidentity,
                     pg_get_expr(d.adbin, d.adrelid), quote_literal(col_description(t.rel, a.attnum)),
                     (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid in (a.atttypid, y.typelem)),
                     (select concat_ws(' ', format_type(y.typbasetype, y.typtypmod), y.typnotnull, y.typdefault, string_agg(k.conname || pg_get_constraintdef(k.oid), ',' order by k.conname))
                      from pg_constraint k where k.contypid = y.oid and k.contype = 'c' and y.typtype = 'd'))
    from pg_attribute a
    join pg_type y on y.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = t.rel and a.attnum > 0 and not a.attisdropped
    union all
    select concat_ws(' ', 'constraint', k.conname, pg_get_constraintdef(k.oid), quote_literal(obj_description(k.oid, 'pg_constraint')))
    from pg_constraint k
    where k.conrelid = t.rel and k.contype <> 'n' and k.conparentid = 0
    union all
    select concat_ws(' ', 'index', replace(pg_get_indexdef(i.indexrelid), ' ONLY ', ' '), quote_literal(obj_description(i.indexrelid, 'pg_class')))
    from pg_index i
    where i.indrelid = t.rel and i.indisvalid
    union all
    select concat_ws(' ', 'partition', p.level, p.isleaf, pg_get_expr(c.relpartbound, c.oid))
    from pg_partition_tree(t.rel) p
    join pg_class c on c.oid = p.relid
    where p.level > 0 and t.name <> $q$)";

constexpr const char* kRows =
    "select format('select %L || count(*) || '' '' || coalesce(md5(string_agg(t::text, '','' order "
    "by t::text collate \"C\")), '''') from %s t', table_name || ': rows ', "
    "londiste.quote_fqname(coalesce(dest_table, table_name))) from londiste.table_info where local "
    "and queue_name = 'q_teste_replica'";

constexpr const char* kConditions =
    "select concat_ws(' ', 'condition', kind, subject, message) from "
    "pgq.get_conditions('q_teste_replica')";

}  // namespace

std::set<std::string> TablesOf(test_support::Node& node, const std::string& apart) {
  std::set<std::string> lines;
  try {
    for (const auto& row : node.sql().Exec(kParts + apart + "$q$) x (line)")) lines.insert(*row[0]);
    for (const auto& row : node.sql().Exec(kConditions)) lines.insert(*row[0]);
    for (const auto& row : node.sql().Exec(kRows)) lines.insert(node.sql().Value(*row[0]));
  } catch (const std::exception& error) {
    lines = {error.what()};  // one was renamed or dropped just now
  }
  return lines;
}

std::string Difference(const std::set<std::string>& root, const std::set<std::string>& node) {
  std::string text;
  const auto tell = [&](const char* sign, const auto& all, const auto& but) {
    for (const std::string& line : all)
      if (!but.contains(line)) text += sign + line + "\n";
  };
  tell("- ", root, node);
  tell("+ ", node, root);
  return text;
}

}  // namespace e2e
