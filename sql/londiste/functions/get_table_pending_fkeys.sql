-- londiste.get_table_pending_fkeys(i_table_name): foreign keys from and to a table that wait to be restored.
create or replace function londiste.get_table_pending_fkeys(i_table_name text)
returns setof londiste.pending_fkeys as $$
    select p.* from londiste.pending_fkeys p
    where londiste.make_fqname(i_table_name) in (p.from_table, p.to_table)
    order by 1, 3;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
