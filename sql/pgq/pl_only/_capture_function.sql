-- ----------------------------------------------------------------------
-- pgq._capture_function(i_ctx, i_backup, i_store)
--
--     Describes the function that publishes the rows of tables with the same columns and key as pgq.logutriga does, with the columns written out in its text.
--
--     The function is called with the operation (I, U, D), the name of the table for the event, the old and the new row (for I and D the same one twice).
--     Its result is the event's id, or NULL when it has done nothing: the session's settings show in values, the key has changed, or nothing was stored.
--     It runs with the writer's rights and search_path, so every name and operator is qualified.
--
-- Parameters:
--     i_ctx     - result of pgq._trigger_context for an AFTER trigger
--     i_backup  - the old row of an UPDATE goes into ev_extra2
--     i_store   - name of the function that pgq._store_function describes
-- Result (OUT parameters):
--     name, definition  - as those of pgq._store_function, and of the same queue
-- Called by:
--     pgq._capture_functions
-- ----------------------------------------------------------------------
create or replace function pgq._capture_function(i_ctx record, i_backup boolean, i_store text, out name text, out definition text)
language plpgsql
stable
set quote_all_identifiers = 'off'
set search_path = pg_catalog, pg_temp
as $$
declare
    names   text[] := i_ctx.names;
    kinds   text[] := i_ctx.kinds;
    types   oid[] := i_ctx.types;
    hidden  boolean[] := i_ctx.hidden;
    keys    integer[] := i_ctx.keys;
    fields  text[] := '{}';
    old_fields text[] := '{}';
    data    text := 'pg_catalog.array_to_string(array[%s]::pg_catalog.text[], ''&'')';
    key_list text;
    same_key text;
    settings text;
    guard   text := '';
    body    text;
begin
    for i in 1 .. cardinality(names) loop
        continue when hidden[i];
        fields := array_append(fields, pgq._capture_field('new_row', names[i], kinds[i], types[i]));
        old_fields := array_append(old_fields, pgq._capture_field('old_row', names[i], kinds[i], types[i]));
    end loop;

    select string_agg(names[k.i], ',' order by nr),
           string_agg(format('old_row.%1$I is not null and new_row.%1$I is not null'
                             ' and pg_catalog.format(''%%s'', old_row.%1$I) collate pg_catalog."C" operator(pg_catalog.=) pg_catalog.format(''%%s'', new_row.%1$I)', names[k.i]),
                      E'\n            and ' order by nr)
        into key_list, same_key
        from unnest(keys) with ordinality k (i, nr);

    select string_agg(distinct s.test, ' and ') into settings
        from generate_subscripts(names, 1) c (i)
        join (values ('pg_catalog.starts_with(pg_catalog.current_setting(''DateStyle''), ''ISO'')', '{1082,1114,1184}'::oid[]),
                     ('pg_catalog.current_setting(''IntervalStyle'') operator(pg_catalog.=) ''postgres''', '{1186}'),
                     ('pg_catalog.current_setting(''extra_float_digits'')::pg_catalog.int4 operator(pg_catalog.>=) 1', '{700,701}'),
                     ('pg_catalog.current_setting(''bytea_output'') operator(pg_catalog.=) ''hex''', '{17}')) s (test, of_types)
            -- Of those in the first list the text is the same under all settings; of types not listed anywhere it may depend on each.
            on types[c.i] <> all ('{20,21,23,16,25,1043,1042,1700,2950,26,18,19,114,3802}'::oid[])
                and (types[c.i] = any (s.of_types) or types[c.i] <> all ('{1082,1114,1184,1186,700,701,17}'::oid[]))
        where hidden[c.i] is not true;
    if settings is not null then
        guard := format(E'    if not (%s) then\n        return null;\n    end if;\n', settings);
    end if;

    -- A session that has used the function keeps plans for its columns' types: the same text must not serve others.
    body := E'\n-- types ' || array_to_string(types, ' ') || E'\nbegin\n' || guard
        || '    if op operator(pg_catalog.=) ''U'' and (' || same_key || E') is not true\n    then\n        return null;\n    end if;\n'
        '    return pgq.' || i_store || '(op operator(pg_catalog.||) ' || quote_literal(':' || key_list) || E',\n        ' || format(data, array_to_string(fields, E',\n            ')) || E',\n        tbl, '
        || case when i_backup then 'case when op operator(pg_catalog.=) ''U'' then ' || format(data, array_to_string(old_fields, E',\n            ')) || ' end' else 'null' end
        || E');\nend;\n';
    definition := '(op pg_catalog.text, tbl pg_catalog.text, old_row anyelement, new_row anyelement) returns bigint language plpgsql as ' || quote_literal(body);
    name := '_capture_' || split_part(i_store, '_', 3) || '_' || md5(definition);
    definition := 'create function pgq.' || name || definition;
end;
$$;
