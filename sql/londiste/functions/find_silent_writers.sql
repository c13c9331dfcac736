-- londiste.find_silent_writers(i_table_name): roles that may write to a table and may not publish: once it has a capture trigger, their changes fail with
-- "permission denied for function insert_event". Without superusers, and without members of a role that is named already. Called by: add-table.
create or replace function londiste.find_silent_writers(i_table_name text)
returns setof text as $$
    with silent as materialized (
        select r.oid, r.rolname
        from pg_roles r
        cross join (select londiste.find_table_oid(i_table_name)) t (rel)
        where t.rel is not null and not r.rolsuper and r.rolname !~ '^pg_'
            and (has_table_privilege(r.oid, t.rel, 'insert, update, delete, truncate') or has_any_column_privilege(r.oid, t.rel, 'insert, update'))
            and not has_function_privilege(r.oid, 'pgq.insert_event(text, text, text, text, text, text, text)', 'execute')
    )
    select s.rolname::text from silent s
    where not exists (select 1 from silent g where g.oid <> s.oid and pg_has_role(s.oid, g.oid, 'usage') and not pg_has_role(g.oid, s.oid, 'usage'))
    order by 1;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
