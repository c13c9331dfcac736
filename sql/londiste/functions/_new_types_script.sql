-- londiste._new_types_script(i_table, i_before, i_after): the statement that makes on a node the types that columns of a table are given which are new or of another type, where
-- they are missing. NULL: none is needed. i_before, i_after: of _structure_of; i_table: as it is now.
-- Called by: _follow_ddl, _follow_new_tables.
create or replace function londiste._new_types_script(i_table oid, i_before jsonb, i_after jsonb)
returns text as $$
    with columns as (
        select array_agg(w.key::int2) as numbers
        from jsonb_to_recordset(i_after) w (kind text, name text, key text, def jsonb)
        left join jsonb_to_recordset(i_before) h (kind text, name text, key text, def jsonb) on h.kind = 'column' and h.key = w.key
        where w.kind = 'column' and h.def ->> 'type' is distinct from w.def ->> 'type'
    )
    select format(E'do %L;\n', E'begin\n' || string_agg(format(E'if pg_catalog.to_regtype(%L) is null then\n%s;\nend if;\n', t.def ->> 'name', londiste._create_type(t.def)), '' order by t.depth desc, t.name)
                               || 'end')
    from columns c
    cross join lateral (
        select u.depth, d.def, d.def ->> 'name' as name from londiste._used_types(i_table, c.numbers) u cross join lateral (values (londiste._describe_type(u.type))) d (def)) t
    where c.numbers is not null
    having count(*) > 0;
$$ language sql stable set search_path = pg_catalog, pg_temp;
