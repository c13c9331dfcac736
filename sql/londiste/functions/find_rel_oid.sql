-- londiste.find_rel_oid(i_fqname, i_kind): oid of a relation of one kind (pg_class.relkind), or NULL.
create or replace function londiste.find_rel_oid(i_fqname text, i_kind text)
returns oid as $$
begin
    return (select c.oid
            from londiste.split_fqname(i_fqname) s
            join pg_catalog.pg_namespace n on n.nspname = s.schema_part
            join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.name_part
            where c.relkind = i_kind::"char");
end;
$$ language plpgsql strict stable set search_path = pg_catalog, pg_temp;
