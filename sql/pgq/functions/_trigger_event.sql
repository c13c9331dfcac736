-- ----------------------------------------------------------------------
-- pgq._trigger_event(format, tg_op, ctx, old_text, new_text, equal)
--
--     Second half of a change-capture trigger: compares the rows and writes the event.
--
-- Parameters:
--     format    - 'urlencoded', 'sql' or 'json'
--     tg_op     - INSERT, UPDATE, DELETE or TRUNCATE
--     ctx       - result of pgq._trigger_context
--     old_text  - the old row as pgq._row_text gives it; NULL for INSERT
--     new_text  - the new row; NULL for DELETE
--     equal     - columns that pgq._equal_columns found equal; NULL in a first call
-- Result (OUT parameters):
--     doubtful  - when not NULL, ask pgq._equal_columns about these columns and
--                 call again; the rest is not valid
--     wanted    - false: the UPDATE touched only ignored columns, no event
--     ev_...    - the fields of the event
-- Errors:
--     primary key update not allowed (_check_key_update)
--     logtriga: Unexpected NULL key value
-- Called by:
--     pgq.logutriga, pgq.sqltriga, pgq.jsontriga
-- ----------------------------------------------------------------------
create or replace function pgq._trigger_event(
    format text, tg_op text, ctx record, old_text text, new_text text, equal text[],
    out doubtful text[], out wanted boolean,
    out ev_type text, out ev_data text,
    out ev_extra1 text, out ev_extra2 text, out ev_extra3 text, out ev_extra4 text)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    names text[] := ctx.names;
    kinds text[] := ctx.kinds;
    hidden boolean[] := ctx.hidden;
    keys integer[] := ctx.keys;
    generated boolean[];
    ignored boolean[];
    compare_all boolean;
    old_vals text[];
    new_vals text[];
    vals text[];
    changed integer[] := '{}';
    ignored_change boolean := false;
    key_changed boolean := false;
    form text := format;    -- of the data
    is_key boolean;
    idents text[];
    part text;
    part2 text;
    v text;
    k integer;
    op char;
begin
    op := case tg_op when 'TRUNCATE' then 'R' else left(tg_op, 1) end;
    wanted := true;
    ev_extra1 := (ctx.tbl)[1] || '.' || (ctx.tbl)[2];

    -- type
    if format = 'sql' or (format = 'urlencoded' and op = 'R') then
        ev_type := op;
    elsif format = 'urlencoded' then
        ev_type := op || ':';
        for i in 1 .. cardinality(keys) loop
            ev_type := ev_type || case i when 1 then '' else ',' end || names[keys[i]];
        end loop;
    else
        ev_type := '{"op":"' || tg_op || '","table":['
            || to_json((ctx.tbl)[1])::text || ',' || to_json((ctx.tbl)[2])::text || '],"pkey":[';
        for i in 1 .. cardinality(keys) loop
            ev_type := ev_type || case i when 1 then '' else ',' end || to_json(names[keys[i]])::text;
        end loop;
        ev_type := ev_type || ']}';
    end if;

    if op = 'R' then
        ev_data := case format when 'json' then '{}' else '' end;
        return;
    end if;

    if op <> 'D' then
        new_vals := pgq._row_values(new_text);
    end if;
    if op = 'D' or op = 'U' then
        old_vals := pgq._row_values(old_text);
    end if;
    vals := case op when 'D' then old_vals else new_vals end;
    if cardinality(vals) <> cardinality(names) and not (names = '{}' and vals[1] is null) then
        raise exception 'row of table %.% has % values for % columns',
            (ctx.tbl)[1], (ctx.tbl)[2], cardinality(vals), cardinality(names);
    end if;

    -- changes
    if op = 'U' then
        ignored := ctx.ignored;
        generated := ctx.generated;
        compare_all := format = 'sql' or ignored is not null;
        for i in 1 .. cardinality(names) loop
            is_key := i = any (keys);
            continue when not (is_key or compare_all)
                or old_vals[i] is not distinct from new_vals[i];
            -- magic columns, and generated ones without a value
            continue when hidden[i] and not is_key and (generated[i] or ignored[i] is not true);

            if kinds[i] in ('o', 'e') and old_vals[i] is not null and new_vals[i] is not null then
                if equal is null then
                    doubtful := array_append(doubtful, names[i]);
                    continue;
                elsif names[i] = any (equal) then
                    continue;
                end if;
            end if;

            if is_key then
                if not key_changed then
                    perform pgq._check_key_update(ctx.queue, ctx.tbl, names[i], (ctx.exprs)[5] is not null);
                end if;
                key_changed := true;
                changed := array_append(changed, i);
            elsif ignored[i] then
                ignored_change := true;
            else
                changed := array_append(changed, i);
            end if;
        end loop;
        if doubtful is not null then
            return;
        end if;
        if ignored_change and changed = '{}' then
            wanted := false;
            return;
        end if;
    end if;

    -- A row under a new key is told in SQL whatever the trigger's form is: that alone has the old key beside the new one, and whoever reads
    -- the others reads it, too.
    if key_changed then
        ev_type := 'U';
        if format <> 'sql' then
            generated := ctx.generated;
            select array_agg(c.i order by c.i) into changed
                from generate_subscripts(names, 1) c (i)
                where (hidden[c.i] is not true and generated[c.i] is not true) or c.i = any (changed);
        end if;
        form := 'sql';
    end if;

    -- data
    if form = 'urlencoded' then
        ev_data := pgq._row_urlencoded(names, kinds, vals, hidden);
    elsif form = 'json' then
        ev_data := pgq._row_json(names, kinds, vals, hidden);
    else
        if current_setting('quote_all_identifiers')::boolean then
            idents := pgq._quote_idents(names);
        end if;
        if op = 'I' then
            generated := ctx.generated;
            for i in 1 .. cardinality(names) loop
                continue when hidden[i] or generated[i];
                part := coalesce(part || ',', '') || coalesce(idents[i], quote_ident(names[i]));
                part2 := coalesce(part2 || ',', '') || coalesce(quote_literal(vals[i]), 'null');
            end loop;
            ev_data := coalesce('(' || part || ') values (' || part2 || ')', 'default values');
        else
            foreach k in array keys loop
                if old_vals[k] is null then
                    raise exception 'logtriga: Unexpected NULL key value';
                end if;
                part := coalesce(part || ' and ', '')
                    || coalesce(idents[k], quote_ident(names[k])) || '=' || quote_literal(old_vals[k]);
            end loop;
            if op = 'D' then
                ev_data := part;
            else
                foreach k in array changed loop
                    part2 := coalesce(part2 || ',', '') || coalesce(idents[k], quote_ident(names[k]))
                        || '=' || coalesce(quote_literal(new_vals[k]), 'NULL');
                end loop;
                if part2 is null then
                    -- nothing changed: something that does no harm
                    k := keys[1];
                    part2 := coalesce(idents[k], quote_ident(names[k])) || '=' || quote_literal(old_vals[k]);
                end if;
                ev_data := part2 || ' where ' || part;
            end if;
        end if;
    end if;

    if op = 'U' and ctx.backup then
        if format = 'json' then
            ev_extra2 := pgq._row_json(names, kinds, old_vals, hidden);
        else
            ev_extra2 := pgq._row_urlencoded(names, kinds, old_vals, hidden);
        end if;
    end if;

    if ctx.magic then
        for i in 1 .. cardinality(names) loop
            continue when not starts_with(names[i], '_pgq_ev_');
            v := vals[i];
            case names[i]
                when '_pgq_ev_type' then ev_type := v;
                when '_pgq_ev_data' then ev_data := v;
                when '_pgq_ev_extra1' then ev_extra1 := v;
                when '_pgq_ev_extra2' then ev_extra2 := v;
                when '_pgq_ev_extra3' then ev_extra3 := v;
                when '_pgq_ev_extra4' then ev_extra4 := v;
            end case;
        end loop;
    end if;
end;
$$;
