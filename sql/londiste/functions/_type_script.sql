-- londiste._type_script(i_before, i_after): the script that does to a node's type what was done to the root's. NULL: nothing. i_before, i_after: of _describe_type.
-- A node that does not have the type passes it over, but for values of an enum, which cannot be added in a block. Called by: _follow_types.
create or replace function londiste._type_script(i_before jsonb, i_after jsonb)
returns text as $$
    -- As the worker: the type's owner need not be allowed to make schemas.
    select case when i_before ->> 'schema' <> i_after ->> 'schema' then
                format(E'select londiste._create_schema_like(%L, %L) where pg_catalog.to_regtype(%L) is not null;\n', i_after ->> 'schema', i_before ->> 'schema', i_before ->> 'name')
                else '' end
           || string_agg(
               case when d.block is null then d.statement || E';\n'
                    else E'select pg_catalog.set_config(''londiste.role'', pg_catalog.current_setting(''role''), true);\n'
                         || E'select pg_catalog.set_config(''londiste.search_path'', pg_catalog.current_setting(''search_path''), true);\n'
                         -- operators are looked up here
                         || E'select pg_catalog.set_config(''search_path'', ''pg_catalog, pg_temp'', true);\n'
                         || format(E'select pg_catalog.set_config(''role'', pg_catalog.pg_get_userbyid(t.typowner), true) from pg_catalog.pg_type t where t.oid in (pg_catalog.to_regtype(%L), pg_catalog.to_regtype(%L));\n',
                                   i_before ->> 'name', i_after ->> 'name')
                         || format(E'do %L;\n', E'begin\n' || d.block || 'end')
                         || E'select pg_catalog.set_config(''role'', pg_catalog.current_setting(''londiste.role''), true);\n'
                         || E'select pg_catalog.set_config(''search_path'', pg_catalog.current_setting(''londiste.search_path''), true);\n' end, '' order by d.nr, d.place)
    from (
        select min(t.nr) as nr, null::bigint as place, null::text as statement,
               string_agg(format(E'if %s then\n%s;\nend if;\n', pg_catalog.concat_ws(' and ', case when t.nr > 2 then format('pg_catalog.to_regtype(%L) is not null', i_after ->> 'name') end, t.guard), t.statement),
                          '' order by t.nr, t.place) as block
        from londiste._type_difference(i_before, i_after) with ordinality t (nr, guard, statement, place)
        where t.nr < 9
        having count(*) > 0
        union all
        select t.nr, t.place, t.statement, null from londiste._type_difference(i_before, i_after) with ordinality t (nr, guard, statement, place) where t.nr = 9) d;
$$ language sql immutable set search_path = pg_catalog, pg_temp;
