-- londiste.find_table_fkeys(i_table_name): foreign keys from and to a table, with the statement that makes each again, under whatever search_path.
-- Without those that a partition has from its parent: they go with the parent's.
create or replace function londiste.find_table_fkeys(i_table_name text)
returns setof londiste.pending_fkeys as $$
    select fn.nspname || '.' || f.relname, tn.nspname || '.' || t.relname, c.conname::text,
           'alter table ' || case when f.relkind = 'p' then '' else 'only ' end || quote_ident(fn.nspname) || '.' || quote_ident(f.relname)
               || ' add constraint ' || quote_ident(c.conname) || ' ' || pg_catalog.pg_get_constraintdef(c.oid)
    from pg_catalog.pg_constraint c
    join pg_catalog.pg_class f on f.oid = c.conrelid
    join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
    join pg_catalog.pg_class t on t.oid = c.confrelid
    join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
    where c.contype = 'f' and c.conparentid = 0
        and (select londiste.find_table_oid(i_table_name)) in (c.conrelid, c.confrelid)  -- once, not for each row
    order by 1, 3;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
