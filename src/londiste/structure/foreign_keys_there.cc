#include "londiste/structure/foreign_keys_there.h"

#include "londiste/structure/definition_text.h"

namespace londiste::structure {
namespace {

// As londiste.find_table_fkeys, but with the parts apart, and with those that were taken away there
// for a copy. What a newer server added is read through to_jsonb.
constexpr const char* kForeignKeys =
    "select fn.nspname, f.relname, tn.nspname, t.relname, k.conname, "
    "pg_catalog.pg_get_constraintdef(k.oid), pg_catalog.format('%I.%I', tn.nspname, t.relname), "
    "case when pg_catalog.to_jsonb(k) ->> 'conenforced' = 'false' or pg_catalog.to_jsonb(k) ->> "
    "'conperiod' = 'true' then 18 "
    "when pg_catalog.to_jsonb(k) ->> 'confdelsetcols' is not null then 15 else 0 end "
    "from pg_catalog.pg_constraint k "
    "join pg_catalog.pg_class f on f.oid = k.conrelid "
    "join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace "
    "join pg_catalog.pg_class t on t.oid = k.confrelid "
    "join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace "
    "where k.contype = 'f' and k.conparentid = 0 and "
    "pg_catalog.to_regclass($1) in (k.conrelid, k.confrelid) "
    "union all "
    "select f.schema, f.name, t.schema, t.name, p.fkey_name, "
    "pg_catalog.substring(p.fkey_def, ' add constraint (?:\"(?:[^\"]|\"\")*\"|[^ ]+) (.*)$'), "
    "pg_catalog.substring(p.fkey_def, ' REFERENCES "
    "((?:(?:\"(?:[^\"]|\"\")*\"|[^\".( ]+)\\.)?(?:\"(?:[^\"]|\"\")*\"|[^\".( ]+))\\('), 0 "
    "from londiste.pending_fkeys p "
    "cross join lateral londiste.split_fqname(p.from_table) f (schema, name) "
    "cross join lateral londiste.split_fqname(p.to_table) t (schema, name) "
    "where $2 in (p.from_table, p.to_table) and not exists (select 1 from "
    "pg_catalog.pg_constraint k where k.conname = p.fkey_name and k.conrelid = "
    "pg_catalog.to_regclass(londiste.quote_fqname(p.from_table))) "
    "order by 1, 2, 5";

}  // namespace

std::vector<ForeignKey> FindForeignKeys(pqxx::transaction_base& there,
                                        const pg::QualifiedName& table) {
  std::vector<ForeignKey> keys;
  for (const pqxx::row& row : there.exec_params(kForeignKeys, table.Quoted(), table.ToString()))
    keys.push_back({{row[0].c_str(), row[1].c_str()},
                    {row[2].c_str(), row[3].c_str()},
                    row[4].c_str(),
                    row[5].c_str(),
                    row[6].c_str(),
                    row[7].as<int>()});
  return keys;
}

bool PutOffForeignKey(pqxx::transaction_base& tx, const ForeignKey& key,
                      const pg::QualifiedName& from, const pg::QualifiedName& to) {
  const SplitDefinition definition =
      SplitDefinitionAt(key.definition, " REFERENCES ", key.to_quoted);
  return tx.exec_params(
               "insert into londiste.pending_fkeys (from_table, to_table, fkey_name, fkey_def) "
               "select w.from_table, w.to_table, w.fkey_name, 'alter table ' || case when "
               "c.relkind = 'p' then '' else 'only ' end || w.quoted || ' add constraint ' || "
               "w.definition from (values ($1, $2, $3, $4, $5)) w (from_table, to_table, "
               "fkey_name, quoted, definition) join pg_catalog.pg_class c on c.oid = "
               "pg_catalog.to_regclass(w.quoted) "
               "where not exists (select 1 from pg_catalog.pg_constraint k where k.conrelid = "
               "c.oid and k.conname = w.fkey_name) "
               "on conflict do nothing",
               from.ToString(), to.ToString(), key.name, from.Quoted(),
               pg::QuoteIdent(key.name) + " " + definition.before + to.Quoted() + definition.after)
             .affected_rows() != 0;
}

}  // namespace londiste::structure
