#include "londiste/structure/table_structure.h"

namespace londiste::structure {
namespace {

// In the order of creation: the planner prefers the older of two equal indexes.
constexpr const char* kIndexes = R"(
select i.indexrelid, c.relname, pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
       coalesce((select t.spcname from pg_catalog.pg_tablespace t where t.oid = c.reltablespace), '') as tablespace,
       con.conname, pg_catalog.pg_get_constraintdef(con.oid) as condef, con.contype, con.condeferrable, con.condeferred,
       i.indisexclusion, i.indisclustered, i.indisreplident,
       pg_catalog.obj_description(i.indexrelid, 'pg_class') as comment,
       pg_catalog.obj_description(con.oid, 'pg_constraint') as constraint_comment
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
left join pg_catalog.pg_constraint con
       on con.conindid = i.indexrelid and con.conrelid = i.indrelid and con.contype in ('p', 'u', 'x')
where n.nspname = $1 and t.relname = $2 and t.relkind = 'r'
  and i.indisvalid and not c.relispartition
  and not exists (select 1 from pg_catalog.pg_depend d
                  where d.deptype = 'n'
                    and (d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = i.indexrelid
                         or d.refclassid = 'pg_catalog.pg_constraint'::regclass and d.refobjid = con.oid))
  and not exists (select 1 from pg_catalog.pg_depend d
                  where d.deptype in ('e', 'x')
                    and (d.classid = 'pg_catalog.pg_class'::regclass and d.objid = i.indexrelid
                         or d.classid = 'pg_catalog.pg_constraint'::regclass and d.objid = con.oid))
order by i.indexrelid)";

constexpr const char* kStatistics =
    "select attnum, attstattarget from pg_catalog.pg_attribute where attrelid = $1::oid and attnum "
    "> 0 and attstattarget >= 0 "
    "order by attnum";

std::optional<std::string> TextOrNothing(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

IndexStructure ReadIndex(pqxx::transaction_base& tx, const pqxx::row& row) {
  IndexStructure index;
  index.name = row["relname"].as<std::string>();
  index.definition = row["definition"].as<std::string>();
  index.tablespace = row["tablespace"].as<std::string>();
  index.constraint = TextOrNothing(row["conname"]);
  if (index.constraint) {
    index.constraint_definition = row["condef"].as<std::string>();
    index.constraint_type = row["contype"].c_str()[0];
    index.by_index = index.constraint_type != 'x' && !row["indisexclusion"].as<bool>();
    index.deferrable = row["condeferrable"].as<bool>();
    index.deferred = row["condeferred"].as<bool>();
    index.constraint_comment = TextOrNothing(row["constraint_comment"]);
  }
  index.clustered = row["indisclustered"].as<bool>();
  index.replica_identity = row["indisreplident"].as<bool>();
  index.comment = TextOrNothing(row["comment"]);
  for (const pqxx::row& column : tx.exec_params(kStatistics, row["indexrelid"].c_str()))
    index.statistics.emplace_back(column[0].as<int>(), column[1].as<int>());
  return index;
}

std::string ConstraintByIndex(const IndexStructure& index) {
  std::string sql = std::string(index.constraint_type == 'p' ? "primary key" : "unique") +
                    " using index " + pg::QuoteIdent(index.name);
  if (index.deferrable) sql += " deferrable";
  if (index.deferred) sql += " initially deferred";
  return sql;
}

// Neither definition names the tablespace.
std::string SetTablespace(const IndexStructure& index) {
  return "set local default_tablespace = " + pg::QuoteLiteral(index.tablespace);
}

}  // namespace

TableStructure TableStructure::Read(pqxx::transaction_base& tx, const pg::QualifiedName& table) {
  TableStructure structure;
  structure.table_ = table;
  // Names in the definitions come qualified when nothing is on the path.
  const std::string path = tx.exec1("select current_setting('search_path')")[0].as<std::string>();
  tx.exec0("set local search_path = ''");
  for (const pqxx::row& row : tx.exec_params(kIndexes, table.schema, table.name))
    structure.indexes_.push_back(ReadIndex(tx, row));
  tx.exec_params("select set_config('search_path', $1, true)", path);
  return structure;
}

void TableStructure::Drop(pqxx::transaction_base& tx) const {
  for (const IndexStructure& index : indexes_) {
    if (index.constraint)
      tx.exec0("alter table only " + table_.Quoted() + " drop constraint " +
               pg::QuoteIdent(*index.constraint));
    else
      tx.exec0("drop index " + pg::QualifiedName{table_.schema, index.name}.Quoted());
  }
}

void TableStructure::Rebuild(pqxx::transaction_base& tx,
                             const std::function<void(const std::string&)>& before_each) const {
  for (const IndexStructure& index : indexes_) {
    if (before_each) before_each(index.name);
    if (const std::string sql = Build(index); !sql.empty()) tx.exec0(sql);
    for (const std::string& sql : Finish(index)) tx.exec0(sql);
  }
}

DroppedStructure TableStructure::Statements() const {
  DroppedStructure statements;
  for (const IndexStructure& index : indexes_) {
    if (std::string sql = Build(index); !sql.empty()) statements.builds.push_back(std::move(sql));
    for (std::string& sql : Finish(index)) statements.rest.push_back(std::move(sql));
  }
  return statements;
}

std::string TableStructure::Build(const IndexStructure& index) const {
  if (index.constraint && !index.by_index) return "";
  return SetTablespace(index) + ";\n" + index.definition;
}

std::vector<std::string> TableStructure::Finish(const IndexStructure& index) const {
  const std::string alter = "alter table only " + table_.Quoted() + " ";
  const std::string index_name = pg::QualifiedName{table_.schema, index.name}.Quoted();
  std::vector<std::string> sql;
  if (index.constraint && !index.by_index) sql.push_back(SetTablespace(index));
  if (index.constraint)
    sql.push_back(alter + "add constraint " + pg::QuoteIdent(*index.constraint) + " " +
                  (index.by_index ? ConstraintByIndex(index) : index.constraint_definition));
  for (const auto& [column, target] : index.statistics)
    sql.push_back("alter index " + index_name + " alter column " + std::to_string(column) +
                  " set statistics " + std::to_string(target));
  if (index.clustered) sql.push_back(alter + "cluster on " + pg::QuoteIdent(index.name));
  if (index.replica_identity)
    sql.push_back(alter + "replica identity using index " + pg::QuoteIdent(index.name));
  if (index.comment)
    sql.push_back("comment on index " + index_name + " is " + pg::QuoteLiteral(*index.comment));
  if (index.constraint_comment)
    sql.push_back("comment on constraint " + pg::QuoteIdent(*index.constraint) + " on " +
                  table_.Quoted() + " is " + pg::QuoteLiteral(*index.constraint_comment));
  return sql;
}

}  // namespace londiste::structure
