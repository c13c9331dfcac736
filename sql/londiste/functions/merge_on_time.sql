-- londiste.merge_on_time(fn_conf, cur_tick, ev_id, ev_time, ev_txid, ev_retry, ev_type, ev_data, ev_extra1 .. ev_extra4): applies a change that another master
-- made, unless the row here is newer: the last writer wins. For databases that replicate a table to each other.
--
-- fn_conf: urlencoded; timefield=<column of type timestamptz or timestamp that each change sets>. ev_type, ev_data: of pgq.logutriga. ev_extra1: the table, by its
-- name on the queue, which is that in this database.
-- Of two changes of the same time the row with the greater text wins, so that all masters come to the same row. An UPDATE of a row that is not here inserts
-- it; a DELETE leaves a row that was changed after the one that was deleted; a TRUNCATE leaves the rows that are newer than it.
-- Returns insert, update, delete or truncate; ignored: <why> when there was nothing to do.
-- Errors: merge_on_time needs timefield=.. ; table t has no column f; merge_on_time cannot read events of type x.
-- Locks: the row. Called by: handlers multimaster and applyfn.
create or replace function londiste.merge_on_time(
    fn_conf text, cur_tick text, ev_id text, ev_time text, ev_txid text, ev_retry text, ev_type text, ev_data text,
    ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns text as $$
declare
    time_field  text := (select c.value from londiste._decode_row(fn_conf) c where c.name = 'timefield');
    tbl         text := londiste.quote_fqname(ev_extra1);
    op          text := left(ev_type, 1);
    keys        text[] := string_to_array(substr(ev_type, 3), ',');
    cols        text;
    vals        text;
    sets        text;
    same_key    text;
    event_time  text;
    newer       text;
    here        record;
    changed     bigint;
begin
    if coalesce(time_field, '') = '' then
        raise exception 'merge_on_time needs timefield=<column> in its configuration';
    end if;
    perform 1 from pg_attribute a
        where a.attrelid = londiste.find_table_oid(ev_extra1) and a.attname = time_field and a.attnum > 0 and not a.attisdropped;
    if not found then
        raise exception 'table % has no column %', ev_extra1, time_field;
    end if;
    if ev_type = 'R' then
        execute format('delete from only %s where %I is null or %I <= %L::timestamptz', tbl, time_field, time_field, ev_time);
        return 'truncate';
    end if;
    if ev_type !~ '^[IUD]:.' then
        raise exception 'merge_on_time cannot read events of type %', ev_type
            using hint = 'It needs a primary key, and events of pgq.logutriga: add the table without trigger flags Q and J.';
    end if;

    select string_agg(quote_ident(c.name), ', ' order by c.nr), string_agg(quote_nullable(c.value), ', ' order by c.nr),
           string_agg(quote_ident(c.name) || ' = ' || quote_nullable(c.value), ', ' order by c.nr) filter (where c.name <> all (keys)),
           string_agg(quote_ident(c.name) || ' = ' || quote_nullable(c.value), ' and ' order by c.nr) filter (where c.name = any (keys)),
           max(c.value) filter (where c.name = time_field)
        into cols, vals, sets, same_key, event_time
        from londiste._decode_row(ev_data) c
        where not exists (select 1 from pg_attribute a
                          where a.attrelid = londiste.find_table_oid(ev_extra1) and a.attname = c.name and a.attgenerated <> '');
    if same_key is null then
        raise exception 'event % of table % has no key', ev_id, ev_extra1;
    end if;
    -- Both rows as text with the same columns, so that the two masters compare the same.
    newer := format('%1$I is null or %1$I < %2$L or (%1$I = %2$L and row(%3$s)::text collate "C" < row(%4$s)::text collate "C")',
                    time_field, event_time, cols,
                    (select string_agg(format('%L::%s', c.value, format_type(a.atttypid, a.atttypmod)), ', ' order by c.nr)
                     from londiste._decode_row(ev_data) c
                     join pg_attribute a on a.attrelid = londiste.find_table_oid(ev_extra1) and a.attname = c.name and a.attnum > 0 and a.attgenerated = ''));

    if op = 'D' then
        execute format('delete from only %s where %s and (%I is null or %I <= %L)', tbl, same_key, time_field, time_field, event_time);
        get diagnostics changed = row_count;
        return case when changed > 0 then 'delete' else 'ignored: no row here, or a newer one' end;
    end if;
    loop
        execute format('select %s as wins from only %s where %s for update', newer, tbl, same_key) into here;
        get diagnostics changed = row_count;
        if changed > 0 then
            if here.wins is not true then
                return 'ignored: the row here is newer';
            end if;
            if sets is not null then
                execute format('update only %s set %s where %s', tbl, sets, same_key);
            end if;
            return 'update';
        end if;
        execute format('insert into %s (%s) overriding system value values (%s) on conflict do nothing', tbl, cols, vals);
        get diagnostics changed = row_count;
        if changed > 0 then
            return 'insert';
        end if;
        -- A writer here was faster, and the row is looked at again.
        execute format('select 1 from only %s where %s', tbl, same_key);
        get diagnostics changed = row_count;
        if changed = 0 then
            -- Another row has a value that must be unique.
            execute format('insert into %s (%s) overriding system value values (%s)', tbl, cols, vals);
            return 'insert';
        end if;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
