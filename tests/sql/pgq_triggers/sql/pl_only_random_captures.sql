-- What prepared captures publish is what the triggers' general way does: the same rows through both, with an empty ignore=, which is never prepared.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema random_captures;
set search_path = random_captures;
select pgq.create_queue('prepared'), pgq.create_queue('general');
\pset format unaligned
\pset null '<null>'

create type mood as enum ('sad', 'it''s "ok", & fine');
create type pair as (a integer, b text);
create domain short as varchar(40);
create domain moods as mood[];
create collation blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

-- Events of both queues that differ, in their order.
create function differences() returns table (event text, prepared text, general text)
language plpgsql as $$
begin
    return query execute (
        select format('select %L, p::text, g::text from'
                ' (select row_number() over (order by ev_id) as nr, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4, ev_txid from %s) p'
                ' full join (select row_number() over (order by ev_id) as nr, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4, ev_txid from %s) g using (nr)'
                ' where p is distinct from g', 'differs', p.queue_data_pfx, g.queue_data_pfx)
        from pgq.queue p, pgq.queue g where p.queue_name = 'prepared' and g.queue_name = 'general');
end;
$$;
create function n_events() returns bigint language plpgsql as $$
declare
    n bigint;
begin
    execute (select format('select count(*) from %s', queue_data_pfx) from pgq.queue where queue_name = 'prepared') into n;
    return n;
end;
$$;
-- how many of a table's triggers have a prepared capture
create function n_prepared(tbl regclass) returns bigint language sql as $$
    select count(*) from pgq._captures_of(tbl) c, jsonb_object_keys(c)
$$;

-- A value of a type, as a literal.
create function random_value(type text) returns text language plpgsql as $$
declare
    texts   text[] := array['', ' ', 'plain', 'two words', 'a+b%c&d=e', 'quo"te''s', E'back\\slash\\', E'line\nbreak\ttab', 'ação €uro 𝄞', '(1,"2")', '{a,b}', 'NULL', 'null', ',', 'a,b', '~!@#$^*()_-=:;/?.>',
                            repeat('long ', 30), repeat('ü%', 200)];
    v       text := texts[1 + floor(random() * cardinality(texts))];
    n       integer := (random() * 20)::integer - 10;
begin
    if random() < 0.15 then
        return 'null';
    end if;
    return case
        when type in ('smallint', 'integer', 'bigint') then n::text
        when type in ('numeric', 'real', 'double precision') then quote_literal((array['0', '1.50', '-0.00', 'NaN', '1e20', '123456789.123456789', '1e-7'])[1 + floor(random() * 7)])
        when type like 'numeric(%' then n || '.5'
        when type = 'boolean' then (random() < 0.5)::text
        when type = 'date' then quote_literal((array['2020-02-29', 'infinity', '0044-03-15 BC'])[1 + floor(random() * 3)])
        when type like 'timestamp%' then quote_literal((array['2020-02-29 12:34:56.789+02', 'infinity', '0044-03-15 12:00:00-07:30 BC'])[1 + floor(random() * 3)])
        when type like 'time%' then quote_literal((array['12:34:56.789+02', '00:00-07:30'])[1 + floor(random() * 2)])
        when type = 'interval' then quote_literal((array['1 year 2 mons -3 days 04:05:06.7', '-1 second', '0'])[1 + floor(random() * 3)])
        when type = 'bytea' then quote_literal((array['\x', '\x00ff5c', 'abc'])[1 + floor(random() * 3)])
        when type = 'uuid' then quote_literal(md5(n::text))
        when type = 'json' or type = 'jsonb' then quote_literal(to_json(v))
        when type = 'xml' then quote_literal('<a>' || n || '</a>')
        when type = 'mood' then quote_literal((enum_range(null::random_captures.mood))[1 + floor(random() * 2)])
        when type = 'moods' then quote_literal(array[(enum_range(null::random_captures.mood))[1 + floor(random() * 2)]])
        when type = 'pair' then (array[format('row(%s, %L)', n, v), 'row(null, null)'])[1 + floor(random() * 2)]
        when type = 'money' then quote_literal(n)
        when type = 'regclass' then quote_literal((array['pg_class', 'random_captures.mood'])[1])
        when type = 'oid' then abs(n)::text
        when type = 'inet' then quote_literal('10.0.0.' || abs(n))
        when type = 'point' then quote_literal(format('(%s,1e30)', n))
        when type = 'bit varying' then quote_literal(repeat('10', abs(n)))
        when type = 'int4range' then quote_literal('[1,' || abs(n) + 1 || ')')
        when type = 'integer[]' then quote_literal(array[n, null, 3])
        when type = 'text[]' then quote_literal(array[v, null, 'x'])
        when type = '"char"' then quote_literal('x')
        when type = 'char(6)' then quote_literal(left(n::text, 6))
        when type = 'name' then quote_literal(left(v, 20))
        else quote_literal(left(v, 40)) || '::' || type end;
end;
$$;

create function random_story(seed double precision) returns void language plpgsql as $$
declare
    types   text[] := array['smallint', 'integer', 'bigint', 'numeric', 'numeric(12,2)', 'real', 'double precision', 'boolean', 'date', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval', 'bytea',
                            'uuid', 'json', 'jsonb', 'xml', 'mood', 'moods', 'pair', 'money', 'regclass', 'oid', 'inet', 'point', 'bit varying', 'int4range', 'integer[]', 'text[]', '"char"', 'char(6)', 'name', 'text',
                            'varchar(40)', 'short', 'text collate random_captures.blind'];
    key_types text[] := array['integer', 'bigint', 'text', 'numeric', 'uuid', 'date', 'mood', 'short', 'timestamptz', 'text collate random_captures.blind', 'double precision'];
    names   text[] := array['id', 'v', 'Mixed', 'select', 'two words', 'quo"te', 'ação', 'old_row', 'new_row', 'op', 'tbl', 'a%b', '@row', 'back\slash', 'it''s', '$1', 'comma,', 'x&y=z', 'null', 'q', 'r', 's'];
    settings text[] := array['DateStyle = ''German, DMY''', 'DateStyle = ''SQL, MDY''', 'IntervalStyle = iso_8601', 'extra_float_digits = 0', 'bytea_output = escape', 'search_path = pg_catalog', 'search_path = random_captures, public',
                             'xmloption = document', 'quote_all_identifiers = on', 'standard_conforming_strings = off', 'TimeZone = ''Asia/Kolkata''', 'lc_monetary = ''C''', 'DateStyle = ''ISO, DMY''', 'extra_float_digits = 3'];
    cols    text[] := '{}';
    col_types text[] := '{}';
    n       integer;
    k       integer;
    sql     text;
    tbl     text;
begin
    execute 'reset all';
    execute 'set client_min_messages = warning';
    execute 'set search_path = random_captures';
    execute 'set DateStyle = ISO';
    execute 'set IntervalStyle = postgres';
    perform setseed(seed);
    tbl := 'random_captures.' || quote_ident((array['t', 'The "table''s"', 'a.b'])[1 + floor(random() * 3)]);
    execute 'drop table if exists ' || tbl;
    select array_agg(x order by random()) into names from unnest(names) x;
    n := 1 + floor(random() * 8);
    sql := '';
    for i in 1 .. n loop
        cols := array_append(cols, names[i]);
        col_types := array_append(col_types, case i when 1 then key_types[1 + floor(random() * cardinality(key_types))] else types[1 + floor(random() * cardinality(types))] end);
        sql := sql || format(', %I %s', cols[i], col_types[i]);
    end loop;
    execute format('create table %s (dropped integer%s%s)', tbl, sql, case when random() < 0.8 then format(', primary key (%I)', cols[1]) else '' end);
    execute format('alter table %s drop column dropped', tbl);
    sql := (case when random() < 0.3 then ', ''backup''' else '' end)
        || (case when random() < 0.3 then format(', ''pkey=%s''', replace(replace(cols[1 + floor(random() * n)], '''', ''''''), ' ', '_')) else '' end);
    execute format('create trigger prepared after insert or update or delete on %s for each row execute function pgq.logutriga(''prepared''%s)', tbl, sql);
    execute format('create trigger prepared_not after insert or update or delete on %s for each row execute function pgq.logutriga(''general''%s, ''ignore='')', tbl, sql);
    if random() < 0.9 then
        perform pgq.prepare_captures(tbl::regclass);
    end if;
    for step in 1 .. 12 loop
        if random() < 0.15 then
            execute 'set local ' || settings[1 + floor(random() * cardinality(settings))];
        end if;
        if random() < 0.1 then
            -- the table changes, and perhaps is prepared again
            k := 1 + floor(random() * n);
            sql := (array[format('alter table %s add column %I integer', tbl, 'new ' || step),
                          format('alter table %s alter column %I type text', tbl, cols[k]),
                          format('alter table %s rename column %I to %I', tbl, cols[k], 'renamed ' || step),
                          format('alter table %s drop column %I', tbl, cols[k])])[1 + floor(random() * 4)];
            begin
                execute sql;
                if sql like '% type text' then
                    col_types[k] := 'text';
                elsif sql like '% to %' and sql like '%rename column%' then
                    cols[k] := 'renamed ' || step;
                elsif sql like '%drop column%' then
                    cols := cols[:k - 1] || cols[k + 1:];
                    col_types := col_types[:k - 1] || col_types[k + 1:];
                    n := n - 1;
                end if;
            exception when others then
                null;
            end;
            exit when n = 0;
            if random() < 0.3 then
                perform pgq.prepare_captures();
            end if;
        end if;
        k := 1 + floor(random() * n);
        if step < 4 or random() < 0.4 then
            sql := format('insert into %s (%s) values (%s)', tbl, (select string_agg(quote_ident(c), ', ' order by nr) from unnest(cols) with ordinality u (c, nr)),
                          (select string_agg(random_captures.random_value(t), ', ' order by nr) from unnest(col_types) with ordinality u (t, nr)));
        elsif random() < 0.8 then
            sql := format('update %s set %I = %s', tbl, cols[k], random_captures.random_value(col_types[k]));
        else
            sql := format('delete from %s', tbl);
        end if;
        begin
            execute sql;
        exception
            when unique_violation or not_null_violation or raise_exception or string_data_right_truncation then
                null;
            when others then
                if sqlerrm !~ 'output function|identify an' then
                    raise warning '%: % [%]', seed, sqlerrm, sql;
                end if;
        end;
    end loop;
end;
$$;
select count(random_story(i / 1000.0)) from generate_series(1, 20) i;
reset all;
set search_path = random_captures;
select n_events() > 150 as events;
select * from differences();
