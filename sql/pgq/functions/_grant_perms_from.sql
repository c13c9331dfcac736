-- pgq._grant_perms_from(src_schema, src_table, dst_schema, dst_table): copies the grants of one table to another. Returns 1.
create or replace function pgq._grant_perms_from(src_schema text, src_table text, dst_schema text, dst_table text)
returns integer as $$
declare
    fqname  text := quote_ident(dst_schema) || '.' || quote_ident(dst_table);
    priv    record;
    grantee text;
begin
    for priv in
        select a.grantee as grantee_oid, a.privilege_type, a.is_grantable
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        cross join lateral pg_catalog.aclexplode(c.relacl) a
        where n.nspname = src_schema and c.relname = src_table and a.grantee <> c.relowner
        order by 1, 2
    loop
        if priv.grantee_oid = 0 then
            grantee := 'public';
        else
            grantee := quote_ident(pg_catalog.pg_get_userbyid(priv.grantee_oid));
        end if;
        execute 'grant ' || priv.privilege_type || ' on ' || fqname || ' to ' || grantee
            || case when priv.is_grantable then ' with grant option' else '' end;
    end loop;
    return 1;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
